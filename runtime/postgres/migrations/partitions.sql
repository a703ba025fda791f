-- Makes partitions until `ahead` of them lie beyond the last position given out, and
-- returns how many it made. A partition is built aside and attached, which stops
-- neither readers nor writers. Within a partition ids and versions are unique; across
-- them the row in streams is what keeps them so.
CREATE FUNCTION {schema}.extend_events(ahead int) RETURNS int LANGUAGE plpgsql AS $evgen$
DECLARE
    place text := '{'schema}';
    size bigint := (SELECT partition_size FROM {schema}.store);
    last bigint := (SELECT last_value FROM {schema}.events_position);
    part text;
    made int := 0;
BEGIN
    FOR n IN 0 .. last / size + ahead LOOP
        part := 'events_' || n;
        CONTINUE WHEN n < last / size OR to_regclass(place || '.' || part) IS NOT NULL;
        EXECUTE format('CREATE TABLE %s.%I (LIKE %s.events INCLUDING DEFAULTS INCLUDING STORAGE, PRIMARY KEY (position))', place, part, place);
        EXECUTE format('CREATE UNIQUE INDEX %I ON %s.%I (stream, version)', part || '_by_stream', place, part);
        EXECUTE format('CREATE UNIQUE INDEX %I ON %s.%I (id)', part || '_by_id', place, part);
        EXECUTE format('CREATE TRIGGER events_keep_all BEFORE TRUNCATE ON %s.%I FOR EACH STATEMENT EXECUTE FUNCTION %s.events_keep()', place, part, place);
        EXECUTE format('ALTER TABLE %s.events ATTACH PARTITION %s.%I FOR VALUES FROM (%s) TO (%s)', place, place, part, n * size, (n + 1) * size);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$evgen$;

SELECT {schema}.extend_events({ahead});
