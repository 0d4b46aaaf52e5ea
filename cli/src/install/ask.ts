// The questions of an installation, at a terminal.
import * as prompts from '@clack/prompts'
import { KEY_TYPES, parseTable, showTable, type KeyType, type TableName } from './host.ts'
import { EVERY_USER, type Proposal } from './propose.ts'
import { Refused } from './refused.ts'

export type Ask = {
  proposal(proposals: Proposal[]): Promise<Proposal>
  managers(column: string, roles: string[], likely: string[]): Promise<string[]>
  tables(all: TableName[]): Promise<TableName[]>
  table(question: string, usual: string): Promise<TableName>
  keyType(column: string): Promise<KeyType>
  text(question: string, usual: string): Promise<string>
  list(question: string, usual: string): Promise<string[]>
  confirm(question: string): Promise<boolean>
}

/** Asks with the arrow keys. Ctrl-C refuses, and nothing was written. */
export const askAtTerminal: Ask = {
  async proposal(proposals) {
    const chosen = await answered(prompts.select({
      message: 'Who are your organizations, and who belongs to them?',
      options: [...proposals.map((proposal, value) => ({ value, label: describe(proposal) })), { value: -1, label: 'Others: I name the tables' }],
    }))
    if (proposals[chosen] !== undefined) return proposals[chosen]
    const organizations = await askAtTerminal.table('Which table holds your organizations?', 'organizations')
    const members = await askAtTerminal.table('Which table says who belongs to them?', 'organization_members')
    const key = await askAtTerminal.text(`The key column of ${showTable(organizations)}`, 'id')
    const user = await askAtTerminal.text(`The column of ${showTable(members)} with the user’s id`, 'user_id')
    const organization = await askAtTerminal.text(`The column of ${showTable(members)} with the organization’s key`, 'organization_id')
    const role = await askAtTerminal.text('The column with the role; empty if all members may manage webhooks', '')
    return { organizations: { table: organizations, key, name: null }, members: { table: members, user, organization, role: role || null } }
  },
  managers: async (column, roles, likely) => roles.length === 0
    ? askAtTerminal.list(`Which values of ${column} manage webhooks?`, 'owner,admin')
    : answered(prompts.multiselect({ message: `Which values of ${column} manage webhooks? The others see them, and turn them on and off.`, options: roles.map((value) => ({ value, label: value })), initialValues: likely })),
  tables: async (all) => all.length === 0 ? [] : answered(prompts.multiselect({
    message: 'Writes to which tables are events? More can be attached later.', options: all.map((value) => ({ value, label: showTable(value) })), required: false,
  })),
  async table(question, usual) {
    const text = await answered(prompts.text({ message: question, placeholder: usual, defaultValue: usual, validate: (value) => parseTable(value || usual) === null ? 'Write teams, app.teams or "My Schema"."Teams".' : undefined }))
    return parseTable(text)!
  },
  keyType: (column) => answered(prompts.select({ message: `What is ${column}?`, options: KEY_TYPES.map((value) => ({ value, label: value === 'bigint' ? 'bigint, int or smallint' : value })) })),
  text: async (question, usual) => (await answered(prompts.text({ message: question, defaultValue: usual, placeholder: usual }))).trim(),
  list: async (question, usual) => (await askAtTerminal.text(question, usual)).split(',').map((part) => part.trim()).filter((part) => part !== ''),
  confirm: (question) => answered(prompts.confirm({ message: question })),
}

async function answered<Answer>(prompt: Promise<Answer>): Promise<Exclude<Answer, symbol>> {
  const answer = await prompt
  if (prompts.isCancel(answer)) throw new Refused('Left without writing anything.')
  return answer as Exclude<Answer, symbol>
}

function describe(proposal: Proposal): string {
  if (proposal === EVERY_USER) return 'Everybody on their own: each user is an organization'
  const { organizations, members } = proposal
  return `${showTable(organizations.table)}, with the members in ${showTable(members.table)} (${members.user}, ${members.organization}${members.role === null ? '' : `, ${members.role}`})`
}
