-- No contact is kept in an answer any more: what was answered to invitations goes on
-- without those of its rows, which the same request says once more.
UPDATE requests SET answer = CAST(json_set(CAST(answer AS TEXT), '$.results', json((
    SELECT json_group_array(json(CASE json_extract(row.value, '$.code')
        WHEN 'number_block_limit' THEN json_remove(row.value, '$.contact', '$.message')
        ELSE json_remove(row.value, '$.contact') END))
    FROM json_each(CAST(answer AS TEXT), '$.results') AS row))) AS BLOB)
WHERE status = 200 AND json_valid(CAST(answer AS TEXT)) AND json_type(CAST(answer AS TEXT), '$.results[0].contact') = 'text';
DELETE FROM sums WHERE name = 'requests';
