// What was said on the command line. Everything that was not is found in the schema, asked, or refused.
import { KEY_TYPES, parseTable, type KeyType, type TableName } from './host.ts'
import { Refused } from './refused.ts'

/** As commander hands the flags over. */
export type Flags = {
  organizations?: string
  organizationKey?: string
  organizationName?: string
  keyType?: string
  members?: string
  memberUser?: string
  memberOrganization?: string
  memberRole?: string
  managers?: string
  membersWhere?: string
  myOrganizations?: string
  managedOrganizations?: string
}

const AS_THEY_ARE = ['organizationKey', 'organizationName', 'memberUser', 'memberOrganization', 'memberRole', 'membersWhere', 'myOrganizations', 'managedOrganizations'] as const
export type Given = Pick<Flags, typeof AS_THEY_ARE[number]> & { organizations?: TableName, members?: TableName, keyType?: KeyType, managers?: string[] }

/** Reads the flags that describe the app, and no others. What is written wrongly is refused by its name. */
export function readGiven(flags: Flags): Given {
  const { organizations, members, keyType, managers } = flags
  if (keyType !== undefined && !KEY_TYPES.includes(keyType as KeyType)) throw new Refused(`--key-type is ${KEY_TYPES.join(', ')}.`)
  if ((flags.myOrganizations === undefined) !== (flags.managedOrganizations === undefined)) throw new Refused('--my-organizations and --managed-organizations go together.')
  return {
    ...Object.fromEntries(AS_THEY_ARE.filter((key) => flags[key] !== undefined).map((key) => [key, flags[key]])),
    ...(organizations === undefined ? {} : { organizations: table('--organizations', organizations) }),
    ...(members === undefined ? {} : { members: table('--members', members) }),
    ...(keyType === undefined ? {} : { keyType: keyType as KeyType }),
    ...(managers === undefined ? {} : { managers: managers.split(',').map((role) => role.trim()).filter((role) => role !== '') }),
  }
}

function table(flag: string, text: string): TableName {
  const name = parseTable(text)
  if (name === null) throw new Refused(`${flag} ${text} is no table. Write teams, app.teams or "My Schema"."Teams".`)
  return name
}
