// An instance whose clock the test moves: `corridor demo --rehearse`, with the people of the demonstration and nothing else.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const PASSWORD = 'corridor-demo-2025-grain';
export const BROWSER = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromiumSandbox: false,
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', '--font-render-hinting=none'],
};
const PATIENCE = 120_000;

const freePort = () => new Promise((resolve, reject) => {
  const server = net.createServer();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

export class House {
  /** A new folder with the people in it, served. */
  static async open(binary) {
    const house = new House();
    house.binary = binary;
    house.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'corridor-rehearsal-'));
    house.port = await freePort();
    house.base = `http://127.0.0.1:${house.port}`;
    await house.start();
    return house;
  }

  async start() {
    const { binary, folder, port } = this;
    this.process = spawn(binary, ['demo', '--rehearse', '--data', folder, '--listen', `127.0.0.1:${port}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => { this.process.on('exit', resolve); });
    this.waiting = [];
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      for (const one of this.waiting.filter((one) => line.includes(one.words) || line.startsWith('refused'))) one.heard(line);
    });
    await this.says('Serving on');
  }

  /** Until the process prints these words. */
  says(words) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the service did not say “${words}”`)), PATIENCE);
      this.ended.then((code) => reject(new Error(`the service ended with ${code} before it said “${words}”`)));
      const heard = (line) => {
        clearTimeout(late);
        this.waiting = this.waiting.filter((one) => one.heard !== heard);
        if (line.startsWith('refused')) reject(new Error(line)); else resolve(line);
      };
      this.waiting.push({ words, heard });
    });
  }

  /** Time passes until this instant; nothing happens if it is there already. */
  async at(instant) {
    const to = new Date(instant);
    if (this.now && to <= this.now) return;
    this.now = to;
    const heard = this.says('now ');
    this.process.stdin.write(`${to.toISOString()}\n`);
    await heard;
  }

  /** As when the machine loses its power. */
  async kill() { this.process.kill('SIGKILL'); await this.ended; }

  async close() {
    this.process.kill('SIGTERM');
    await this.ended;
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
