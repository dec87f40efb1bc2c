-- +goose Up
-- Each edition's table gets a row that says up to which position its rows go: where
-- it is gone, or says another one, somebody else has emptied or changed the table,
-- which is filled anew.
-- +goose StatementBegin
DO $$
DECLARE
    made record;
    names text;
    contents text;
BEGIN
    PERFORM set_config('usher.account', 'every', true);
    FOR made IN SELECT view || '_v' || version || '_' || number AS name, position_commit || '/' || position_prepare AS stands FROM readmodels.editions LOOP
        SELECT string_agg(quote_ident(column_name), ', '),
            string_agg(CASE column_name WHEN 'account' THEN quote_literal('\x00000000000000000000000000000000') WHEN 'doc' THEN quote_literal('{}')
                WHEN 'search' THEN quote_literal(made.stands) ELSE quote_literal('') END, ', ')
            INTO names, contents
            FROM information_schema.columns WHERE table_schema = 'readmodels' AND table_name = made.name;
        IF names IS NOT NULL THEN
            EXECUTE format('INSERT INTO readmodels.%I (%s) VALUES (%s) ON CONFLICT DO NOTHING', made.name, names, contents);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd
