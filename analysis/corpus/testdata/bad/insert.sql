INSERT INTO embedded (id) VALUES ($1)
