// The people of the demo. Local and tests only: a hosted project has none of them.
import postgres from 'postgres'

export const demoPassword = 'tablehook'

export const acme = '00000000-0000-4000-8000-00000000ac3e'
export const globex = '00000000-0000-4000-8000-000000610be8'

export type DemoUser = { id: string, email: string, role: 'owner' | 'admin' | 'member', organization_id: string, organization: string }

const user = (number: number, role: DemoUser['role'], organization: 'acme' | 'globex'): DemoUser => ({
  id: `00000000-0000-4000-a000-00000000000${number}`,
  email: `${role}@${organization}.test`,
  role,
  ...(organization === 'acme' ? { organization_id: acme, organization: 'Acme' } : { organization_id: globex, organization: 'Globex' }),
})

/** supabase/seed.sql makes them members of their organizations, by these ids. */
export const demoUsers: DemoUser[] = [
  user(1, 'owner', 'acme'), user(2, 'admin', 'acme'), user(3, 'member', 'acme'),
  user(4, 'owner', 'globex'), user(5, 'admin', 'globex'), user(6, 'member', 'globex'),
]

/**
 * Inserts the demo users who are missing, able to sign in with the demo password.
 * @param adminUrl connects as supabase_admin
 */
export async function insertDemoUsers(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`
      with demo as (
        select * from jsonb_to_recordset(${sql.json(demoUsers)}) as demo (id uuid, email text)
      ), inserted as (
        insert into auth.users (id, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
        select id, email, extensions.crypt(${demoPassword}, extensions.gen_salt('bf')), now(),
               '{"provider": "email", "providers": ["email"]}', jsonb_build_object('sub', id, 'email', email, 'email_verified', true)
        from demo
        where not exists (select from auth.users u where u.id = demo.id or u.email = demo.email)
        returning id, email
      )
      insert into auth.identities (id, provider, provider_id, user_id, identity_data)
      select gen_random_uuid(), 'email', id, id, jsonb_build_object('sub', id, 'email', email, 'email_verified', true)
      from inserted`
  } finally {
    await sql.end()
  }
}
