// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// An application as far as restarts are concerned: it tells its start time, and keeps one session with its
// database open, which psql does for it. With ENV_FILE it reads that file as dotenv does: what is in its
// environment already wins.
const { spawn } = require('child_process');
const fs = require('fs');
const http = require('http');

if (process.env.ENV_FILE) {
  for (const line of fs.readFileSync(process.env.ENV_FILE, 'utf8').split('\n')) {
    const found = /^(?:export )?([A-Z_]+)=["']?(.*?)["']?\r?$/.exec(line);
    if (found && !(found[1] in process.env)) process.env[found[1]] = found[2];
  }
}
const startTime = new Date().toISOString();
const url = new URL(process.env.DATABASE_URL);
let session;
function connect() {
  session = spawn('psql', ['-qAtX'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {
      ...process.env, PGHOST: url.hostname, PGPORT: url.port, PGUSER: url.username,
      PGPASSWORD: decodeURIComponent(url.password), PGDATABASE: url.pathname.slice(1), PGAPPNAME: 'standin',
    },
  });
  session.stdin.on('error', () => {});
  session.on('exit', () => setTimeout(connect, 1000));
}
connect();
http.createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ startTime, greeting: process.env.GREETING, arguments: process.argv.slice(2), folder: process.cwd() }));
}).listen(Number(process.env.PORT), '127.0.0.1');
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => { session.kill(); process.exit(0); });
}
