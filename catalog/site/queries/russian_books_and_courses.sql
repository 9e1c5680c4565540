-- Books and courses in Russian
-- With their topics; free where they say so.
-- :topic
SELECT r.kind, r.ref, r.name, r.name_ru, group_concat(t.name, ', ') AS topics
FROM records r LEFT JOIN record_topics x ON x.ref = r.ref LEFT JOIN topics t ON t.id = x.topic_id
WHERE r.ref IN (SELECT ref FROM books WHERE language = 'ru' UNION SELECT ref FROM courses WHERE language = 'ru')
GROUP BY r.ref HAVING coalesce(:topic, '') = '' OR topics LIKE '%' || :topic || '%' ORDER BY r.kind, r.name
