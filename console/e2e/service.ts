import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

// The service's program; "make e2e" builds it.
const program = resolve(import.meta.dirname, '../..', process.env.SERVICE ?? 'bin/local');

interface ImageFields {
  name?: string;
  description?: string;
  region?: string;
  tags?: Record<string, string>;
  diskBytes?: number;
}

// Service is the whole service on this machine: SQLite, a free port, a folder that is
// removed when it stops.
export class Service {
  private readonly tokens = new Map<string, string>();
  private last = 0;
  // What the service has written, to be looked through for what must not be there.
  log = '';

  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Service> {
    const folder = await mkdtemp(join(tmpdir(), 'console-e2e-'));
    const child = spawn(program, { env: { ...process.env, PORT: '0', DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] });
    let written = '';
    const url = await new Promise<string>((found, failed) => {
      child.on('error', failed);
      child.on('exit', () => failed(new Error(`${program} has ended: ${written}`)));
      const read = (text: Buffer) => {
        written += text;
        const [, url] = /runs at (http:\S+)/.exec(written) ?? [];
        if (url) found(url);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
    });
    const service = new Service(url, child, folder);
    child.stderr.on('data', (text: Buffer) => (service.log += text));
    return service;
  }

  async stop() {
    this.process.kill();
    await once(this.process, 'exit');
    await rm(this.folder, { recursive: true, force: true });
  }

  // id is one that no other test of the file has.
  id(prefix: string): string {
    return `${prefix}-${++this.last}`;
  }

  // call sends a request as somebody of these projects, or as the platform. It throws
  // unless it succeeds.
  async call(method: string, path: string, body?: unknown, projects?: string[]): Promise<unknown> {
    const token = await this.token(projects);
    const response = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      body: body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  private async token(projects?: string[]): Promise<string> {
    const scope = projects ? 'images:read images:share images:save images:write images:receive' : 'catalog:write';
    const request = JSON.stringify({ sub: projects ? 'somebody' : 'platform', projects: projects ?? [], scope });
    const known = this.tokens.get(request);
    if (known) return known;
    const response = await fetch(`${this.url}/local/token`, { method: 'POST', body: request });
    const { access_token } = (await response.json()) as { access_token: string };
    this.tokens.set(request, access_token);
    return access_token;
  }

  // project registers one, and returns its id.
  async project(name: string, accountId = 'acct-acme'): Promise<string> {
    const id = this.id('project');
    await this.call('PUT', `/v1/projects/${id}`, { accountId, name });
    return id;
  }

  // image registers one with its disk, and returns its id.
  async image(projectId: string, fields: ImageFields = {}): Promise<string> {
    const { diskBytes = 4096, region = 'eu-west', name = 'web-golden', ...others } = fields;
    const id = this.id('image');
    await this.call('PUT', `/local/disks/${region}/disk-${id}`, randomBytes(diskBytes));
    await this.call('PUT', `/v1/projects/${projectId}/images/${id}`, {
      name, region, kind: 'Custom', hostType: 'UHost', state: 'Available', description: 'nginx and our agents',
      osName: 'Debian 13', osType: 'Linux', architecture: 'x86_64',
      systemDisk: { sizeGiB: 20, snapshotId: `disk-${id}` }, dataDisks: [], ...others,
    });
    return id;
  }

  // share shares an image with projects.
  async share(projectId: string, imageId: string, targets: string[]) {
    const body = { projectIds: targets, acknowledgeSecurityReminder: true };
    await this.call('POST', `/v1/projects/${projectId}/images/${imageId}/shares`, body, [projectId]);
  }

  // policy sets whose images a project takes.
  async policy(projectId: string, incoming: 'open' | 'consent' | 'closed') {
    const lists = { trustedProjects: [], trustedAccounts: [], blockedProjects: [], blockedAccounts: [] };
    await this.call('PUT', `/v1/projects/${projectId}/sharing-policy`, { incoming, ...lists });
  }
}
