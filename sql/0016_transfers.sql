-- A run goes to another organizer, who is pinged.

ALTER TABLE run_ping DROP CONSTRAINT run_ping_kind_known,
    ADD CONSTRAINT run_ping_kind_known CHECK (
        kind IN ('starting', 'manual', 'key_popped', 'expiring', 'realm_score', 'realm_closed', 'miniboss', 'third_room', 'transferred')
    );
