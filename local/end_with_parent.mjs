// Preloaded into a child: when its stdin closes, its parent is gone, however that died, and it should go too.
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'))
process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'))
process.stdin.resume()
// Waiting for that is no reason to stay alive. For a pipe, stdin is a socket.
if ('unref' in process.stdin) process.stdin.unref()
