import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Cleanup } from './cleanup.ts'
import { freePort } from './free-port.ts'
import { mariadbProgram, notInstalled } from './installed.ts'
import { ServerFailure, type ServerProcess, serverFolder, startServerProcess } from './server-process.ts'

const run = promisify(execFile)
const adminPassword = 'only for tests'

/** A WordPress with a MariaDB of its own, on free ports of 127.0.0.1 and in a temporary folder. */
export interface WordPress {
  readonly url: string
  readonly port: number
  readonly user: string
  /** With which the user logs in at `/wp-admin`. */
  readonly adminPassword: string
  /** An application password of the user, who is an administrator. */
  readonly password: string
  /** Calls a route of the REST interface as the user; `body` is sent with POST. */
  rest<Answer>(route: string, query?: object, body?: object): Promise<Answer>
  /** Runs PHP within WordPress and returns what it prints. */
  php(code: string): Promise<string>
  /** Pauses it, and continues it. */
  freeze(): void
  thaw(): void
}

/** `program` is the folder that `npm run servers` put WordPress into. */
export async function startWordPress(t: Cleanup, program: string): Promise<WordPress> {
  if (!existsSync(program)) throw new ServerFailure(notInstalled('wordpress'))
  const processes: ServerProcess[] = []
  const folder = serverFolder(t, async () => {
    for (const one of processes.toReversed()) await one.kill()
  })
  const databasePort = await freePort()
  processes.push(await startDatabase(folder, databasePort))
  const content = join(folder, 'content')
  mkdirSync(join(content, 'uploads'), { recursive: true })
  mkdirSync(join(content, 'themes'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const environment = {
    LIENTHONG_WP_DATABASE: `127.0.0.1:${databasePort}`,
    LIENTHONG_WP_CONTENT: content
  }
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const server = await startServerProcess({
    command: [
      'php',
      '-d',
      'upload_max_filesize=50M',
      '-d',
      'post_max_size=60M',
      '-S',
      `127.0.0.1:${port}`,
      '-t',
      program
    ],
    ...{ environment, folder, log: join(folder, 'php.log') },
    isReady: async (signal) => (await fetch(`${url}/wp-admin/install.php`, { signal })).ok
  })
  processes.push(server)
  await install(url)
  const php = async (code: string): Promise<string> => {
    const start = `$_SERVER["HTTP_HOST"]="127.0.0.1:${port}"; require "${program}/wp-load.php";`
    return (await run('env', [...variables, 'php', '-r', start + code])).stdout
  }
  const password = await php(
    'echo WP_Application_Passwords::create_new_application_password(1, ["name" => "bus"])[0];'
  )
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`
  return {
    ...{ url, port, user: 'admin', adminPassword, password, php },
    async rest(route, query = {}, body) {
      const search = new URLSearchParams({ rest_route: `/wp/v2/${route}`, ...query })
      const json = { authorization, 'content-type': 'application/json' }
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      const response = await fetch(`${url}/?${search}`, { ...init, headers: json })
      if (!response.ok) throw new ServerFailure(`${route}: ${response.status} ${await response.text()}`)
      return response.json() as never
    },
    freeze: () => server.freeze(),
    thaw: () => server.thaw()
  }
}

async function startDatabase(folder: string, port: number): Promise<ServerProcess> {
  const data = join(folder, 'database')
  const socket = join(folder, 'db.sock')
  // MariaDB runs as root only if it is told to.
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []
  const own = ['--no-defaults', `--datadir=${data}`]
  // A server that starts removes the temporary tables of others from a folder that they share.
  const temporary = `TMPDIR=${folder}`
  const settings = ['--auth-root-authentication-method=normal', '--skip-test-db']
  await run('env', [temporary, 'mariadb-install-db', ...asRoot, ...own, ...settings])
  const server = await startServerProcess({
    command: [
      mariadbProgram,
      ...[...own, ...asRoot, `--tmpdir=${folder}`, `--socket=${socket}`, `--port=${port}`],
      ...['--bind-address=127.0.0.1', '--innodb-buffer-pool-size=32M', '--innodb-flush-log-at-trx-commit=0']
    ],
    folder,
    log: join(folder, 'mariadb.log'),
    isReady: async () =>
      (await run('mariadb', [`--socket=${socket}`, '-uroot', '-e', 'select 1'])).stdout !== ''
  })
  const user =
    "create database wp; create user wp@'127.0.0.1' identified by 'wp'; grant all on wp.* to wp@'127.0.0.1'"
  await run('mariadb', [`--socket=${socket}`, '-uroot', '-e', user])
  return server
}

async function install(url: string): Promise<void> {
  const form = {
    ...{ weblog_title: 'Cổng thông tin', user_name: 'admin', admin_password: adminPassword },
    ...{ admin_password2: adminPassword, pw_weak: 'on', admin_email: 'admin@example.vn' }
  }
  const response = await fetch(`${url}/wp-admin/install.php?step=2`, {
    method: 'POST',
    body: new URLSearchParams(form)
  })
  if (!(await response.text()).includes('wp-login.php'))
    throw new ServerFailure('WordPress was not installed')
}
