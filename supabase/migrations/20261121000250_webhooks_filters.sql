-- Webhooks, chapter 17: filters. What they may be, and what they may cost.
--
-- A filter is a customer's program, and it runs inside the app's own writes. A statement cannot put a time limit on a part of
-- itself, so what could take long is refused when the filter is saved, and of a large row the filter sees less.

create function webhooks.pattern_problem(pattern text) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  bound   text;
  product numeric := 1;
begin
  if length(pattern) > 200 then return 'use 200 characters or fewer for a pattern'; end if;
  -- Measured on 1 MB of text: an ordinary pattern takes 7 ms, one that looks ahead did not end within 20 s.
  if pattern ~ '\(\?(?!:)' then return 'a pattern cannot look ahead or behind, nor have options of its own'; end if;
  if pattern ~ '\\[1-9]' then return 'a pattern cannot refer back to what it has matched'; end if;
  if pattern ~ '^\*\*\*' then return 'a pattern cannot begin with ***'; end if;
  for bound in select b[1] from pg_catalog.regexp_matches(pattern, '\{\s*(?:[0-9]*\s*,)?\s*([0-9]+)\s*,?\s*\}', 'g') b loop
    product := product * greatest(bound::numeric, 1);
  end loop;
  if product > 200 then return 'repeat at most 200 times in a pattern, all {…} together'; end if;
  return null;
end $$;
comment on function webhooks.pattern_problem is 'What is wrong with the pattern of a like_regex, or null. Refuses what makes matching slower than in proportion to the text.';

create function webhooks.bare_filter(filter jsonpath) returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select pg_catalog.regexp_replace(filter::text, '"(?:[^"\\]|\\.)*"', '""', 'g')
$$;
comment on function webhooks.bare_filter is 'A filter as Postgres writes it, with every key and text emptied: what is left has one meaning per character.';

create function webhooks.filter_problem(filter jsonpath) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  bare    text := webhooks.bare_filter(filter);
  level   text := bare;
  inner_level text;
  problem text;
begin
  -- Each of these multiplies what it finds: twenty [0,0] in a row find a million items in any row.
  if pg_catalog.regexp_replace(bare, '\.decimal\([^)]*\)', '', 'g') like '%,%' then return 'use one position or range in [], not a list'; end if;
  if bare ~ '\[[^]]*[$@]' then return 'use numbers in [], not paths'; end if;
  if pg_catalog.regexp_count(bare, '\*\*') > 1 then return 'use ** once at most'; end if;
  if pg_catalog.regexp_count(bare, 'keyvalue\(') > 1 then return 'use keyvalue() once at most'; end if;
  if pg_catalog.regexp_count(bare, '[$@]') > 20 then return 'name 20 values at most'; end if;
  if pg_catalog.regexp_count(bare, 'like_regex') > 5 then return 'use like_regex five times at most'; end if;

  -- From the innermost ?(…) outwards: # stands for one that was seen.
  loop
    if level ~ '\?\([^()]*#[^()]*\)' then return 'use no ?(…) inside another'; end if;
    inner_level := pg_catalog.regexp_replace(pg_catalog.regexp_replace(level, '\?\([^()]*\)', '#', 'g'), '(?<!\?)\(([^()]*)\)', '\1', 'g');
    exit when inner_level = level;
    level := inner_level;
  end loop;

  select p into problem
  from (select t[1] as token, pg_catalog.lag(t[1]) over (order by nth) as before
        from pg_catalog.regexp_matches(filter::text, '"(?:[^"\\]|\\.)*"|like_regex', 'g') with ordinality m(t, nth)) tokens
  cross join lateral (select webhooks.pattern_problem(token::jsonb #>> '{}') as p where before = 'like_regex') checked
  where p is not null limit 1;
  return problem;
end $$;
comment on function webhooks.filter_problem is
  'What is wrong with a filter, or null. Refuses paths whose result grows faster than the row, so that a filter cannot hold up the app''s write.';

create function webhooks.filter_is_simple(filter jsonpath) returns boolean
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select bare !~ ' (==|!=|<|>|<=|>=) (?!(""|-?[0-9.]+(e[+-]?[0-9]+)?|true|false|null)(\.[a-z_]+\(\))*( |\)|$))' and bare !~ ' [*/%] ' and bare !~ '\?\([^)]*\$'
  from (select webhooks.bare_filter(filter) as bare) f
$$;
comment on function webhooks.filter_is_simple is
  'Whether the work of a filter grows in proportion to the row. Not so when it compares two paths (two lists: each item with each), calculates, or looks at the whole row for each item.';

create function webhooks.filter_view(part jsonb, simple boolean) returns jsonb
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  whole_up_to constant int := case when simple then 65536 else 2048 end;
  kept jsonb;
begin
  if part is null or pg_catalog.pg_column_size(part) <= whole_up_to then return part; end if;
  if pg_catalog.jsonb_typeof(part) <> 'object' then return '[]'; end if;
  select coalesce(pg_catalog.jsonb_object_agg(e.key, e.value), '{}') into kept
  from pg_catalog.jsonb_each(part) e
  where pg_catalog.pg_column_size(e.value) <= 1024 and (simple or pg_catalog.jsonb_typeof(e.value) not in ('array', 'object'));
  return case when pg_catalog.pg_column_size(kept) <= 65536 then kept else '{}' end;
end $$;
comment on function webhooks.filter_view is
  'What a filter sees of a row: all of it up to 64 KB (2 KB when the filter is not simple); of a larger one the columns of up to 1 KB, without lists and objects when it is not simple.';

create function webhooks.filter_calculates(filter jsonpath) returns boolean
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  -- Also true of a filter that only has a text like that: it pays for a look at the numbers.
  select filter::text ~ ' [-+*/%] |\.(string|double|decimal|number)\('
$$;
comment on function webhooks.filter_calculates is 'Whether a filter calculates with numbers or writes them out.';

create function webhooks.without_enormous_numbers(part jsonb) returns jsonb
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Far from zero or close to it: what takes ten bytes as it is stored takes 65,000 in a sum, and 131,000 as a text.
  enormous constant jsonpath := 'strict $.** ? (@ > 1e100 || @ < -1e100 || (@ > 0 && @ < 1e-100) || (@ < 0 && @ > -1e-100))';
begin
  if part is null or not pg_catalog.jsonb_path_exists(part, enormous) then return part; end if;
  if pg_catalog.jsonb_typeof(part) <> 'object' then return '{}'; end if;
  return (
    select coalesce(pg_catalog.jsonb_object_agg(e.key, e.value), '{}')
    from pg_catalog.jsonb_each(part) e where not pg_catalog.jsonb_path_exists(e.value, enormous));
end $$;
comment on function webhooks.without_enormous_numbers is
  'A row without the columns that hold a number beyond 1e100, or closer to zero than 1e-100: 4,000 of those in 60 KB, added to a hundred times, took a minute.';

create function webhooks.filter_matches(filter jsonpath, new jsonb, old jsonb, changed jsonb) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  simple boolean;
  found  jsonb;
begin
  -- Most rows are small, and then this costs nothing.
  if pg_catalog.pg_column_size(new) > 2048 or pg_catalog.pg_column_size(old) > 2048 or pg_catalog.pg_column_size(changed) > 2048 then
    simple := webhooks.filter_is_simple(filter);
    new := webhooks.filter_view(new, simple);
    old := webhooks.filter_view(old, simple);
    changed := webhooks.filter_view(changed, simple);
  end if;
  if webhooks.filter_calculates(filter) then
    new := webhooks.without_enormous_numbers(new);
    old := webhooks.without_enormous_numbers(old);
  end if;
  found := pg_catalog.jsonb_path_query_first_tz(
    pg_catalog.jsonb_build_object('new', filter_matches.new, 'old', filter_matches.old, 'changed', filter_matches.changed), filter_matches.filter, '{}', true);
  -- A predicate yields true, false or (unknown) null; a path with ?(…) yields an item or nothing.
  return found is not null and found not in ('false', 'null');
exception when others then
  -- The silent flag lets some errors through, such as an unknown $variable. A tenant's filter must never fail the app's own write.
  return false;
end $$;
comment on function webhooks.filter_matches is
  'Whether a filter lets an event through. Errors inside the path (a missing key, a wrong type) count as no match and never fail the write.';

create function webhooks.guard_filter() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  problem text := webhooks.filter_problem(new.filter);
begin
  if problem is not null then
    perform webhooks.refuse('invalid_filter', pg_catalog.format('The filter would take too long: %s.', problem), 'filter');
  end if;
  return new;
end $$;
comment on function webhooks.guard_filter is 'Refuses filters that could take long.';
-- Before the other guard, which runs the filter once: triggers go by name.
create trigger on_webhook_configurations_filter before insert or update of filter on public.webhook_configurations
  for each row when (new.filter is not null) execute function webhooks.guard_filter();
