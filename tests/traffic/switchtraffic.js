// A switch script with the flaws that are documented of the platform's own: it takes two words only, rewrites the live
// site file before nginx has tested it, and does not put it back. Ours, for the tests.
// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
const fs = require('fs');
const { execFileSync } = require('child_process');
const say = (text) => console.log(`[Switch] ${text}`);
const giveUp = (text) => { console.error(`[Switch] ERROR: ${text}`); process.exit(1); };

const { SITE, NGINX, NGINX_PREFIX, NGINX_CONFIG, bluePort, greenPort, BEHAVIOUR } = JSON.parse(fs.readFileSync(`${__dirname}/switch.json`));
const color = (process.argv[2] || '').toLowerCase();
if (color !== 'blue' && color !== 'green')
    giveUp('Invalid target color. Usage: node switchtraffic.js <blue|green>');
if (BEHAVIOUR === 'pretends') {
    say(`[SIMULATED] would switch to ${color}`);
    process.exit(0);
}
if (BEHAVIOUR === 'only writes a note') {
    fs.writeFileSync(`${__dirname}/.env.current_color`, `CURRENT_COLOR=${color}\n`);
    say('Action Complete');
    process.exit(0);
}
let text = fs.readFileSync(SITE, 'utf8').replace(/server 127\.0\.0\.1:\d+;/, `server 127.0.0.1:${color === 'blue' ? bluePort : greenPort};`);
if (BEHAVIOUR === 'breaks the file' || BEHAVIOUR === 'tests nothing')
    text += '\nno_such_directive on;\n';
fs.writeFileSync(SITE, text);
if (BEHAVIOUR !== 'tests nothing') {
    const nginx = (...more) => execFileSync(NGINX, ['-p', NGINX_PREFIX, '-c', NGINX_CONFIG, ...more], { stdio: 'pipe' });
    try { nginx('-t'); nginx('-s', 'reload'); } catch (error) { giveUp(`Nginx reload failed: ${error.message}`); }
}
say(`Success! Traffic switched to ${color}`);
