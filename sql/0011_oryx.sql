-- Oryx 3: the screenshot before the start, the realm's score, and the stages in their order.

ALTER TABLE run
    ADD COLUMN screenshot_channel_id bigint,
    ADD COLUMN screenshot_message_id bigint,
    ADD COLUMN screenshot_by bigint,
    ADD COLUMN realm_score smallint,
    ADD COLUMN stage text,
    ADD COLUMN miniboss text,
    ADD COLUMN oryx_click_id bigint,
    ADD CONSTRAINT run_screenshot_whole CHECK (num_nonnulls(screenshot_channel_id, screenshot_message_id, screenshot_by) IN (0, 3)),
    ADD CONSTRAINT run_realm_score_range CHECK (realm_score BETWEEN 1 AND 99),
    ADD CONSTRAINT run_stage_known CHECK (stage IN ('closed', 'miniboss', 'third_room')),
    ADD CONSTRAINT run_miniboss_known CHECK (miniboss IN ('dammah', 'gemsbok', 'leucoryx', 'beisa')),
    ADD CONSTRAINT run_miniboss_from_its_stage_on
        CHECK ((miniboss IS NOT NULL) = (stage IS NOT NULL AND stage IN ('miniboss', 'third_room'))),
    ADD CONSTRAINT run_oryx_3_alone_has_stages CHECK (
        dungeon = 'ORYX_3' OR num_nonnulls(screenshot_message_id, realm_score, stage) = 0
    ),
    ADD CONSTRAINT run_stages_after_start CHECK (started_at IS NOT NULL OR num_nonnulls(realm_score, stage) = 0);

ALTER TABLE run_ping
    DROP CONSTRAINT run_ping_kind_known,
    ADD CONSTRAINT run_ping_kind_known CHECK (
        kind IN ('starting', 'manual', 'key_popped', 'expiring', 'realm_score', 'realm_closed', 'miniboss', 'third_room')
    );
