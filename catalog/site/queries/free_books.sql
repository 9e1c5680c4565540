-- Books that are free to read, by language
-- Only copies that the authors or the publisher offer.
-- :language
SELECT ref, title, authors, year, language, level, free_url FROM books
WHERE free_url IS NOT NULL AND (coalesce(:language, '') = '' OR language = :language) ORDER BY year DESC, title
