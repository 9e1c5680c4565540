-- What the views need and PostgreSQL lacks, and the search. Names and meaning of the first two are SQLite's
-- (https://sqlite.org/lang_datefunc.html, https://sqlite.org/lang_corefunc.html), so that one text of the views serves both.
CREATE OR REPLACE FUNCTION julianday(day text) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT to_char(make_date(substr(day, 1, 4)::integer, substr(day, 6, 2)::integer, substr(day, 9, 2)::integer), 'J')::double precision - 0.5
$$;
CREATE OR REPLACE FUNCTION round(number double precision, digits integer) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT pg_catalog.round(number::numeric, digits)::double precision
$$;
-- Text as the search compares it: lower case, without accents, ё as е; the й is no и with an accent (catalog/search.py, fold).
CREATE OR REPLACE FUNCTION fold(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT normalize(replace(
    regexp_replace(normalize(replace(replace(lower(words), 'ё', 'е'), 'й', chr(1)), NFKD), '[\u0300-\u036f]', '', 'g'), chr(1), 'й'), NFC)
$$;
-- The configuration "russian" stems Russian words with the Russian stemmer and words in Latin letters with the English one.
DROP INDEX IF EXISTS ix_search_documents_words;
CREATE INDEX ix_search_documents_words ON search_documents USING gin (to_tsvector('pg_catalog.russian', folded));
CREATE OR REPLACE FUNCTION search(words text, only_kind text DEFAULT NULL, hits integer DEFAULT 20)
RETURNS TABLE (ref text, kind text, name text, name_ru text, snippet text, rank real) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  WITH asked AS (
    SELECT fold(words) AS folded, to_tsquery('pg_catalog.russian', nullif(array_to_string(ARRAY(
      SELECT quote_literal(m[1]) FROM regexp_matches(fold(words), '[[:alnum:]]+', 'g') AS m), ' & ') || ':*', ':*')) AS query
  )
  SELECT d.ref, d.kind, d.name, r.name_ru, ts_headline('pg_catalog.russian', coalesce(d.text, ''), a.query, 'MaxFragments=1, MaxWords=24, MinWords=8'),
    ts_rank(setweight(to_tsvector('pg_catalog.russian', fold(d.name)), 'A') || setweight(to_tsvector('pg_catalog.russian', fold(coalesce(d.names, ''))), 'B')
      || to_tsvector('pg_catalog.russian', d.folded), a.query)
  FROM asked a, search_documents d JOIN records r ON r.ref = d.ref
  WHERE to_tsvector('pg_catalog.russian', d.folded) @@ a.query AND (only_kind IS NULL OR d.kind = only_kind)
  ORDER BY fold(d.name) <> a.folded, NOT starts_with(fold(d.name), a.folded), d.kind = 'sources', 6 DESC, d.ref
  LIMIT hits
$$;
COMMENT ON FUNCTION search(text, text, integer) IS
  'Records that words in English or Russian find, best first; the last word may be the beginning of one. search(words, only_kind, hits)';
