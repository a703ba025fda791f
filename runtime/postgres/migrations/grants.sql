GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role};
GRANT INSERT ON {schema}.events TO {role};
GRANT USAGE ON SEQUENCE {schema}.events_position TO {role};
GRANT INSERT, UPDATE ON {schema}.streams TO {role};
GRANT INSERT, UPDATE, DELETE ON {schema}.snapshots TO {role};
GRANT UPDATE (safe, safe_at) ON {schema}.store TO {role};
