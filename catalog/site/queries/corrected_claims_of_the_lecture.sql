-- What the lecture said and what holds
-- Values of the lecture that a better source corrects, with the reason.
SELECT record, name, path, accepted, accepted_source, other AS lecture_says, other_locator AS slide, reason
FROM disagreements WHERE other_source = 'dyakonov-2022-introduction' ORDER BY CAST(substr(other_locator, 7) AS INTEGER), record
