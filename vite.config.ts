import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// Vendors change less often than our code, so each family is a file of its own that browsers keep across releases.
const vendors: [name: string, packages: RegExp][] = [
  ['react', /node_modules\/react\//],
  ['react-dom', /node_modules\/(react-dom|scheduler)\//],
  ['supabase', /node_modules\/@supabase\//],
  ['forms', /node_modules\/(react-hook-form|@hookform)\//],
  ['rules', /node_modules\/(zod\/v4\/(classic|locales|core\/(json-schema|to-json-schema))|ipaddr\.js)/],
  // Not what only dialogs and forms use: those load with them.
  ['base', /node_modules\/(@base-ui\/(?!react\/(dialog|alert-dialog|checkbox|radio|radio-group|field|fieldset)\/)|@floating-ui\/|use-sync-external-store\/|@babel\/)/],
  // One file for all icons: each is 300 bytes, and a request of its own costs more.
  ['icons', /node_modules\/lucide-react\//],
  ['classes', /node_modules\/(clsx|class-variance-authority)\//],
  // What reads, apart from what draws: it comes first, and asks the server while the rest is on its way.
  ['data', /node_modules\/(@tanstack\/(query-core|react-query\/build\/modern\/\w*queryOptions)|zod)\b/i],
  ['router', /node_modules\/(@tanstack|react-router|cookie|set-cookie-parser)\//],
  // Last: a group takes along what its packages import, and what others need as well must not end up here.
  ['charts', /node_modules\/(recharts|victory-vendor|d3-[a-z]+|@reduxjs|react-redux|redux|redux-thunk|reselect|immer|decimal\.js-light|es-toolkit|eventemitter3|tiny-invariant|internmap)\//],
]

// A dozen small files, one after another on six connections, took longer than one: what most screens share is together.
const shared: [name: string, modules: RegExp][] = [
  ['reads', /\/web\/(config|data\/.*|session\/(read_ahead|last_organization))\.ts$/],
  ['ui', /\/web\/(ui\/(Badge|CopyButton|Outdated|Switch|Time|Popover|Select|Empty|Problem|useMedia|clock|time_format|RowMenu|SearchInput|useCurrentInSight)|app\/(url_state|usePageTitle|leave|shortcuts|back)|webhooks\/(useToggle|ActiveSwitch|StatusBadge|webhook_status|webhook_filters|event_groups|answers)|words\/every_screen)\.tsx?$/],
]

/** The page asks for its configuration at once, not when the scripts have come. A build that has it compiled in asks for none. */
function preloadConfig(): Plugin {
  let compiledIn = false
  return {
    name: 'tablehook:preload-config',
    configResolved({ env }) { compiledIn = typeof env.VITE_SUPABASE_URL === 'string' },
    transformIndexHtml: () => (compiledIn ? [] : [{ tag: 'link', attrs: { rel: 'preload', as: 'fetch', href: '/config.json', crossorigin: true }, injectTo: 'head' }]),
  }
}

/** What reads is asked for by index.html, beside the first script and not after it: Vite preloads only what a script imports statically. */
function preloadStart(): Plugin {
  return {
    name: 'tablehook:preload-start',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle = {}, chunk: entry }) {
        const start = Object.values(bundle).find((file) => file.type === 'chunk' && file.facadeModuleId?.endsWith('/app/start.ts'))
        if (start === undefined || entry === undefined) throw new Error('The build has no chunk for app/start.ts.')
        const files = new Set([entry.fileName, start.fileName])
        // A set takes more while it is gone through.
        for (const file of files) {
          const chunk = bundle[file]
          if (chunk?.type === 'chunk') for (const imported of chunk.imports) files.add(imported)
        }
        files.delete(entry.fileName)
        return [...files].map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` }, injectTo: 'head' }))
      },
    },
  }
}

export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss(), preloadConfig(), preloadStart()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // Data URIs for images are allowed by the content security policy, but a file is cached apart.
    assetsInlineLimit: 0,
    // The polyfill would be one more script; every browser of the target preloads modules.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [...vendors, ...shared].map(([name, test]) => ({ name, test })) },
      },
    },
  },
})
