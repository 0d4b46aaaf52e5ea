-- The host app, chapter 3: who may do what with the CRM's rows.
--
-- Members of an organization work with all of its rows, and with no other. `anon` gets nothing at all, `service_role`
-- reads and writes every row. No update is granted on id, organization_id, created_at and updated_at: a row can neither
-- be moved to another organization nor given another history over the API.

-- Chapter 1 took the default grants back. Said again by name, so that these tables are closed whatever the project's defaults.
revoke all on
  public.contacts, public.deals, public.conversations, public.broadcasts, public.messages, public.meetings,
  public.chatbots, public.chatbot_runs, public.insights
  from public, anon, authenticated, service_role;

grant select, delete on
  public.contacts, public.deals, public.conversations, public.broadcasts, public.messages, public.meetings,
  public.chatbots, public.chatbot_runs, public.insights
  to authenticated;
grant select, insert, update, delete on
  public.contacts, public.deals, public.conversations, public.broadcasts, public.messages, public.meetings,
  public.chatbots, public.chatbot_runs, public.insights
  to service_role;

grant insert (id, organization_id, first_name, last_name, email, phone, company, lifecycle, assigned_to),
      update (first_name, last_name, email, phone, company, lifecycle, assigned_to) on public.contacts to authenticated;
create policy "members work with their organization's contacts" on public.contacts for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));

grant insert (id, organization_id, contact_id, title, value, currency, stage, assigned_to),
      update (contact_id, title, value, currency, stage, assigned_to) on public.deals to authenticated;
create policy "members work with their organization's deals" on public.deals for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));

grant insert (id, organization_id, contact_id, channel, status, assigned_to),
      update (contact_id, channel, status, assigned_to) on public.conversations to authenticated;
create policy "members work with their organization's conversations" on public.conversations for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));

grant insert (id, organization_id, name, channel, sent_at),
      update (name, channel, sent_at) on public.broadcasts to authenticated;
create policy "members work with their organization's broadcasts" on public.broadcasts for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));

grant insert (id, organization_id, conversation_id, contact_id, broadcast_id, direction, type, content, attachment_url, external_id, status),
      update (conversation_id, contact_id, broadcast_id, direction, type, content, attachment_url, external_id, status) on public.messages to authenticated;
create policy "members work with their organization's messages" on public.messages for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));

grant insert (id, organization_id, contact_id, provider, topic, starts_at, recording_status, recording_url),
      update (contact_id, provider, topic, starts_at, recording_status, recording_url) on public.meetings to authenticated;
create policy "members work with their organization's meetings" on public.meetings for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));

grant insert (id, organization_id, name), update (name) on public.chatbots to authenticated;
create policy "members work with their organization's chatbots" on public.chatbots for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));

grant insert (id, organization_id, chatbot_id, conversation_id, contact_id, status),
      update (chatbot_id, conversation_id, contact_id, status) on public.chatbot_runs to authenticated;
create policy "members work with their organization's chatbot runs" on public.chatbot_runs for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));

grant insert (id, organization_id, conversation_id, kind, content),
      update (conversation_id, kind, content) on public.insights to authenticated;
create policy "members work with their organization's insights" on public.insights for all to authenticated
  using (organization_id in (select app.my_organizations())) with check (organization_id in (select app.my_organizations()));
