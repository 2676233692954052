import { fork } from 'node:child_process'
import { once } from 'node:events'

/** A process that does tasks, one at a time. */
export interface TaskProcess<Task, Report> {
  readonly pid: number
  run(task: Task): Promise<Report>
  end(): void
}

/** `file` calls `serveTasks`. */
export function startTaskProcess<Task extends object, Report extends object>(
  file: string
): TaskProcess<Task, Report> {
  const child = fork(file)
  return {
    pid: child.pid ?? 0,
    async run(task) {
      child.send(task)
      const [answer] = (await once(child, 'message')) as [Report | { readonly failed: string }]
      if ('failed' in answer) throw new TypeError(`${file}: ${answer.failed}`)
      return answer
    },
    end: () => void child.kill()
  }
}

/** In the process itself. */
export function serveTasks<Task, Report>(run: (task: Task) => Promise<Report>): void {
  process.on('message', (task: Task) => {
    run(task).then(
      (report) => process.send?.(report),
      (error: unknown) => process.send?.({ failed: String(error) })
    )
  })
  process.on('disconnect', () => process.exit(0))
}
