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

export type Given = Omit<Flags, 'organizations' | 'members' | 'keyType' | 'managers'> & { organizations?: TableName, members?: TableName, keyType?: KeyType, managers?: string[] }

/** Reads the flags. What is written wrongly is refused by its name. */
export function readGiven({ organizations, members, keyType, managers, ...others }: Flags): Given {
  if (keyType !== undefined && !KEY_TYPES.includes(keyType as KeyType)) throw new Refused(`--key-type is ${KEY_TYPES.join(', ')}.`)
  if ((others.myOrganizations === undefined) !== (others.managedOrganizations === undefined)) throw new Refused('--my-organizations and --managed-organizations go together.')
  return {
    ...others,
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
