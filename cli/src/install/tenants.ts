// The last migration of an installation: the webhooks meet the app's organizations and tables.
import { attachSql, type Attachment } from './attachment.ts'
import { quoteName, quoteTable, type Host, type TableName } from './host.ts'

/** Ties webhooks to their organizations, and attaches the tables. */
export function tenantsSql(host: Host, attachments: Attachment[], version: string): string {
  const parts = [`-- Tablehook ${version}: the webhooks meet this app's organizations and tables. Yours to change.`, tieSql(host), ...attachmentSql(attachments)]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The SQL of attached tables, with what each will send. */
export function attachmentSql(attachments: Attachment[]): string[] {
  return attachments.map((attachment) => `-- ${['created', 'updated', 'deleted'].map((moment) => `${attachment.prefix}.${moment}`).join(', ')}\n${attachSql(attachment)}`)
}

/** With its organization its webhooks and API keys go, too. */
function tieSql({ keyType, organizations }: Host): string {
  if (organizations === null) return ''
  const table = quoteTable(organizations.table)
  if (keyType === 'uuid') {
    return `alter table public.webhook_configurations
  add constraint a_webhook_belongs_to_an_organization foreign key (organization_id) references ${table} (${quoteName(organizations.key)}) on delete cascade;
alter table public.webhook_api_keys
  add constraint an_api_key_belongs_to_an_organization foreign key (organization_id) references ${table} (${quoteName(organizations.key)}) on delete cascade;`
  }
  return `-- No foreign key leads from a uuid to a ${keyType}.
create function webhooks.forget_organizations() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from public.webhook_configurations w using old_rows o where w.organization_id = webhooks.organization_of(o.${quoteName(organizations.key)});
  delete from public.webhook_api_keys k using old_rows o where k.organization_id = webhooks.organization_of(o.${quoteName(organizations.key)});
  return null;
end $$;
comment on function webhooks.forget_organizations is 'Deletes the webhooks and API keys of deleted organizations.';
revoke execute on function webhooks.forget_organizations() from public;
create trigger ${FORGET_TRIGGER} after delete on ${table}
  referencing old table as old_rows for each statement execute function webhooks.forget_organizations();`
}

const FORGET_TRIGGER = 'on_webhooks_organizations_delete'

/** Takes the tie away again; the foreign key goes with its table. */
export function untieSql({ keyType, organizations }: Host): string {
  return organizations === null || keyType === 'uuid' ? '' : `drop trigger if exists ${FORGET_TRIGGER} on ${quoteTable(organizations.table as TableName)};`
}
