-- Two roles, so that the service cannot edit history even if it is taken over.
--
-- corridor_owner  owns every table; nobody signs in as it. The person who migrates is made a member of it.
-- corridor_app    what the service connects as: it may read everything, add to history, and change what is not
--                 history. It may not UPDATE, DELETE or TRUNCATE events, drop or alter tables, or switch triggers off.
--
-- Run this in the service's database, as a superuser, after every `corridor migrate`; it may be run again at any time.
-- Give corridor_app its password with:  \password corridor_app

DO $$
DECLARE name text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corridor_owner') THEN
    CREATE ROLE corridor_owner NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corridor_app') THEN
    CREATE ROLE corridor_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  GRANT CREATE, USAGE ON SCHEMA public TO corridor_owner;
  GRANT USAGE ON SCHEMA public TO corridor_app;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER TABLE public.%I OWNER TO corridor_owner', name);
    EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, corridor_app', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO corridor_app', name);
  END LOOP;
  FOR name IN SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'corridor\_%' LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO corridor_owner', name);
  END LOOP;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- History: add only. A private value may be deleted (lawful erasure), never changed.
REVOKE UPDATE, DELETE ON event, security_event FROM corridor_app;
REVOKE UPDATE ON event_private FROM corridor_app;
-- The log: add only; its size may grow (a trigger refuses everything else).
REVOKE UPDATE, DELETE ON log_leaf, log_tile, log_checkpoint, log_cosignature FROM corridor_app;
REVOKE DELETE ON log_head FROM corridor_app;
REVOKE UPDATE ON unsequenced FROM corridor_app;
-- Which migrations have run: read only.
REVOKE INSERT, UPDATE, DELETE ON seaql_migrations FROM corridor_app;
