-- Once, in a migration. From now on every write to the table is an event.
create table public.invoices (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations on delete cascade,
  number text not null,
  total numeric not null
);
alter table public.invoices enable row level security;
select webhooks.attach('public.invoices');

-- Your app, as ever. Every webhook of the organization that lists invoice.created hears about it.
insert into public.invoices (organization_id, number, total)
values ('00000000-0000-4000-8000-00000000ac3e', '2026-0042', 120.50);
