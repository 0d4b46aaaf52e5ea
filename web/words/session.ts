import { catalog } from './catalog.ts'
import { common } from './every_screen.ts'

export const t = catalog({
  ...common,
  'session.title': 'Sign in',
  'session.lead': 'Webhooks for your organization: create, test, watch and replay.',
  'session.email': 'Email',
  'session.password': 'Password',
  'session.sign_in': 'Sign in',
  'session.signing_in': 'Signing in…',
  'session.wrong': 'Email or password is wrong.',
  'session.enter_email': 'Enter your email address.',
  'session.enter_password': 'Enter your password.',
  'session.demo_title': 'Demo sign-ins',
  'session.demo_lead': 'This is a local system. One click signs you in.',
  'session.demo_as': 'Sign in as {email}, {role} of {organization}',
  'session.checking': 'Checking your session',
  'session.no_organization_title': 'You don’t belong to an organization yet.',
  'session.no_organization': 'Ask an admin to add you, then sign in again.',
  'session.sign_out': 'Sign out',
  'session.not_loaded': 'Your organizations couldn’t be loaded.',
  'session.no_answer_title': 'This page couldn’t be loaded.',
  'session.no_config_title': 'This page isn’t set up.',
  'session.no_config': 'The address of the API is missing. Serve it at /config.json, or build with VITE_SUPABASE_URL and VITE_SUPABASE_PUBLISHABLE_KEY.',
})
