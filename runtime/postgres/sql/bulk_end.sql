-- Builds what bulk_begin.sql has taken away; indexes.sql of the migrations follows.
ALTER TABLE {schema}.events ADD PRIMARY KEY (position);
