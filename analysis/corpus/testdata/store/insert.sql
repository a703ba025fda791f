INSERT INTO parcels (id) VALUES ($1);
