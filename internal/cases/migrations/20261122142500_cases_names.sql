-- +goose Up
-- Beside each word of a case, all of its words, each after a space: what is searched
-- for by two names is then found in the one index that the rarer of them leads to.
-- Empty where the release before this one wrote the row.
alter table cases_words add column names text not null default '';
update cases_words set names = coalesce((
  with recursive step (word, names) as (
    select min(f.word), ' ' || min(f.word) from cases_words f
    where f.tenant_id = cases_words.tenant_id and f.case_id = cases_words.case_id
    union all
    select (select min(n.word) from cases_words n
        where n.tenant_id = cases_words.tenant_id and n.case_id = cases_words.case_id and n.word > step.word),
      step.names || ' ' || (select min(n.word) from cases_words n
        where n.tenant_id = cases_words.tenant_id and n.case_id = cases_words.case_id and n.word > step.word)
    from step where step.word is not null
  )
  select step.names from step where step.names is not null order by length(step.names) desc limit 1
), '');
create index cases_words_names on cases_words (tenant_id, word, case_id, names);
