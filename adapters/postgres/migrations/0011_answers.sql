-- +goose Up
-- No contact is kept in an answer any more: what was answered to invitations goes on
-- without those of its rows, which the same request says once more.
UPDATE vault.requests SET answer = convert_to(jsonb_set(convert_from(answer, 'UTF8')::jsonb, '{results}', (
    SELECT jsonb_agg(CASE row.value ->> 'code' WHEN 'number_block_limit' THEN row.value - 'contact' - 'message' ELSE row.value - 'contact' END ORDER BY row.place)
    FROM jsonb_array_elements(convert_from(answer, 'UTF8')::jsonb -> 'results') WITH ORDINALITY AS row (value, place)))::text, 'UTF8')
WHERE status = 200 AND convert_from(answer, 'UTF8') LIKE '{"results":[{"contact":%';
