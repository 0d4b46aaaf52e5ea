// Transformations beside the event loop of a long-lived dispatcher: what one webhook's takes is no other webhook's wait.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Transform, Transformed, TransformTask } from '../../core/payload/transform.ts'

/** The sandbox stops by itself long before. Whatever does not is ended with its thread. */
const MOST_MS = 5_000
/** How long a task may wait for a thread: its delivery's lease is running. */
const MOST_WAIT_MS = 10_000

export type TransformThreads = Transform & { close(): Promise<void>; readonly threads: number }

type Job = { task: TransformTask; since: number; resolve: (transformed: Transformed) => void; reject: (fault: Error) => void }
type Thread = { worker: Worker; isReady: boolean; job: Job | null; timer: ReturnType<typeof setTimeout> | undefined }

/**
 * A pool of threads, none until the first task. Owners take turns, and each owner's keys: many slow tasks of one webhook delay its own,
 * and many such webhooks of one organization its own. Rejects for faults of ours: a thread that cannot start or dies, a wait that is too long.
 */
export function openTransformThreads({ ticks, most = Math.max(1, Math.min(4, availableParallelism() - 1)) }: { ticks: () => number; most?: number }): TransformThreads {
  const pool = new Set<Thread>()
  /** By owner and key. Whose turn it is stands first, in both. */
  const waiting = new Map<string, Map<string, Job[]>>()
  let isClosed = false

  function run(task: TransformTask): Promise<Transformed> {
    return new Promise((resolve, reject) => {
      if (isClosed) return reject(new Error('The threads for transformations are closed.'))
      const job = { task, since: ticks(), resolve, reject }
      const owned = waiting.get(task.owner) ?? new Map<string, Job[]>()
      waiting.set(task.owner, owned)
      const jobs = owned.get(task.key)
      if (jobs) jobs.push(job)
      else owned.set(task.key, [job])
      const idle = [...pool].find((thread) => thread.isReady && thread.job === null)
      if (idle) give(idle)
      // One that is starting will take it; a further one is worth its memory only when all are busy.
      else if (pool.size < most && [...pool].every((thread) => thread.isReady)) start()
    })
  }

  function start(): void {
    const worker = new Worker(new URL('./thread.mjs', import.meta.url), { execArgv: [], env: {}, name: 'transformations' })
    const thread: Thread = { worker, isReady: false, job: null, timer: undefined }
    pool.add(thread)
    worker.on('message', (message: 'ready' | { transformed: Transformed } | { fault: string }) => {
      if (message === 'ready') {
        thread.isReady = true
        worker.unref()
      } else finish(thread, (job) => 'transformed' in message ? job.resolve(message.transformed) : job.reject(new Error(`A transformation could not be run: ${message.fault}`)))
      give(thread)
    })
    worker.on('error', (error) => end(thread, error))
    worker.on('exit', () => end(thread, new Error('The thread ended.')))
  }

  function give(thread: Thread): void {
    const job = next()
    if (job === null) return
    thread.job = job
    thread.worker.ref()
    thread.timer = setTimeout(() => {
      finish(thread, ({ resolve }) => resolve({ ok: false, problem: { code: 'too_much', message: 'It takes too long', position: null } }))
      end(thread, new Error('The thread was ended.'))
    }, MOST_MS)
    thread.worker.postMessage(job.task)
  }

  function next(): Job | null {
    for (const [owner, owned] of waiting) {
      const [key, jobs] = owned.entries().next().value!
      const job = jobs.shift()!
      // To the end of the row, where there is more.
      owned.delete(key)
      if (jobs.length > 0) owned.set(key, jobs)
      waiting.delete(owner)
      if (owned.size > 0) waiting.set(owner, owned)
      if (ticks() - job.since <= MOST_WAIT_MS) return job
      job.reject(new Error('A transformation waited too long for a thread.'))
    }
    return null
  }

  function finish(thread: Thread, say: (job: Job) => void): void {
    const { job } = thread
    if (job === null) return
    clearTimeout(thread.timer)
    thread.job = null
    thread.worker.unref()
    say(job)
  }

  function end(thread: Thread, fault: Error): void {
    if (!pool.delete(thread)) return
    finish(thread, ({ reject }) => reject(fault))
    void thread.worker.terminate()
    if (thread.isReady && waiting.size > 0 && !isClosed) return start()
    // One that never came up will not the next time either: no loop of starts.
    if (pool.size === 0) for (const jobs of drained()) for (const { reject } of jobs) reject(fault)
  }

  function drained(): Job[][] {
    const all = [...waiting.values()].flatMap((owned) => [...owned.values()])
    waiting.clear()
    return all
  }

  return {
    run,
    check: () => Promise.reject(new Error('Expressions are checked where they are saved.')),
    get threads() { return pool.size },
    async close() {
      isClosed = true
      await Promise.all([...pool].map((thread) => { end(thread, new Error('The dispatcher stops.')); return thread.worker.terminate() }))
    },
  }
}
