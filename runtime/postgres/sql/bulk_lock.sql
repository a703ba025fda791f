-- Takes events for one transaction alone, unless others do not let go of it: who waits
-- for this lock holds up whoever comes later.
SET LOCAL lock_timeout = '1s';
LOCK TABLE {schema}.events IN ACCESS EXCLUSIVE MODE;
SET LOCAL lock_timeout TO DEFAULT;
