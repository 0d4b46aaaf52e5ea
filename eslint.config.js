// The house rules that a linter can hold. The rest are catalog queries (tests/db/house_rules.test.ts).
import globals from 'globals'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const writeTheExtension = {
  selector: ':matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/^\\.{1,2}\\/(?!.*\\.(ts|tsx|js|mjs|css|json|sql|go|php|py|rb|sh)(\\?.*)?$)/]',
  message: 'Write the extension. The Supabase CLI skips extensionless imports and still reports success.',
}
const denoOnlyInIndex = {
  selector: 'Identifier[name="Deno"]',
  message: 'Only index.ts files may say Deno: take what you need as an argument.',
}
const pure = 'functions/core is pure: take it as an argument.'
const readTheClock = { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: pure }

// What a person reads comes from web/words/, or it could not be translated. One letter is a key or a unit, not a text.
const inCatalog = 'Put the text into web/words/ and use t().'
const readable = '[value=/[A-Za-z]{2}/]'
const wordsInCatalog = [
  { selector: `JSXText${readable}`, message: inCatalog },
  { selector: `JSXElement > JSXExpressionContainer > Literal${readable}`, message: inCatalog },
  { selector: `JSXAttribute[name.name=/^(aria-label|title|placeholder|alt|label|description|hint|summary)$/] > Literal${readable}`, message: inCatalog },
  { selector: `JSXAttribute[name.name=/^(aria-label|title|placeholder|alt|label|description|hint|summary)$/] TemplateElement[value.raw=/[A-Za-z]{2}/]`, message: inCatalog },
]
// The content security policy forbids markup from strings. Style objects set by script are fine.
const strictPolicy = [
  { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Render elements: the content security policy forbids HTML from strings.' },
]

/** Imports flow one way (DESIGN §2): each folder may not reach the ones named. */
const mayNotImport = (files, folders, message) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns: folders.map((folder) => ({ regex: `(^|/)${folder}/`, message })) }],
  },
})

/** For what is published by itself: nothing of the house, and no package that its own package.json does not name. */
const mayImportOnly = (files, allowed, message) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ regex: `^(?!${allowed})`, message }] }] },
})

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'client/dist/', 'cli/dist/', '.local/', '.test/', 'coverage/', 'docs/**', 'tests/fixtures/', 'web/database.types.ts'] },
  ...tseslint.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      'no-restricted-syntax': ['error', writeTheExtension],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  { files: ['functions/**'], ignores: ['functions/*/index.ts'], rules: { 'no-restricted-syntax': ['error', writeTheExtension, denoOnlyInIndex] } },
  {
    files: ['functions/core/**'],
    rules: {
      'no-restricted-syntax': ['error', writeTheExtension, denoOnlyInIndex, readTheClock],
      'no-restricted-globals': ['error', ...['Deno', 'process', 'fetch', 'setTimeout', 'console'].map((name) => ({ name, message: pure }))],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: pure }, { object: 'Math', property: 'random', message: pure }],
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ regex: '^(?!\\./|\\.\\./(formats/)?[a-z_]+\\.ts$|zod$|ipaddr\\.js$|node:crypto$)', message: 'functions/core imports only itself, zod, ipaddr.js and the pure hashes of node:crypto.' }] }],
    },
  },
  mayNotImport(['functions/io/**'], ['dispatcher', 'webhooks', 'local', 'tests', 'bench', 'web'], 'io imports core and nothing above it.'),
  mayNotImport(['functions/dispatcher/**', 'functions/webhooks/**'], ['local', 'tests', 'bench', 'web'], 'functions import core and io.'),
  mayNotImport(['web/**'], ['io', 'dispatcher', 'webhooks/(?!.*\\.tsx?$)', 'local', 'tests', 'bench'], 'web imports only core\'s shared schemas.'),
  mayImportOnly(['client/src/**'], "\\./|standardwebhooks$", 'The client library runs anywhere: it imports only itself and standardwebhooks.'),
  mayImportOnly(['cli/src/**'], '\\.{1,2}/(?!\\.\\./\\.\\./)|@tablehook/client$|commander$|node:', 'The command line imports itself, the client library, commander and Node.'),
  mayImportOnly(['cli/src/install/**'], '\\.{1,2}/(?!\\.\\./\\.\\./)|commander$|@clack/prompts$|postgres$|smol-toml$|node:', 'install imports the command line, its prompts, a driver, a reader of TOML and Node.'),
  { files: ['web/**/*.{ts,tsx}'], languageOptions: { globals: { ...globals.browser } }, plugins: { 'react-hooks': reactHooks }, rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' } },
  { files: ['web/**/*.tsx'], rules: { 'no-restricted-syntax': ['error', writeTheExtension, ...wordsInCatalog, ...strictPolicy] } },
)
