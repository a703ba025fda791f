INSERT INTO shipped (id)
VALUES ($1);
