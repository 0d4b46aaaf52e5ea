// Runs before the first paint, so that a dark screen never flashes white. A file, since the policy allows no inline script.
;(function () {
  var choice = null
  try { choice = localStorage.getItem('tablehook.theme') } catch (_) { /* storage is off: follow the system */ }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
