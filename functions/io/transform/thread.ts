// The thread of a pool (threads.ts). Answers one task at a time.
import { parentPort } from 'node:worker_threads'
import type { TransformTask } from '../../core/payload/transform.ts'
import { openSandbox } from './sandbox.ts'

const sandbox = openSandbox(() => performance.now())

parentPort!.on('message', (task: TransformTask) => {
  sandbox.run(task).then(
    (transformed) => parentPort!.postMessage({ transformed }),
    (error: unknown) => parentPort!.postMessage({ fault: error instanceof Error ? error.message : String(error) }),
  )
})
parentPort!.postMessage('ready')
