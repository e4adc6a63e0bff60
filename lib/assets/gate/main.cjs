const { spawnSync } = require('node:child_process');
const { parseArgs } = require('node:util');
const { positionals: [cmd], values: o } = parseArgs({ allowPositionals: true, strict: false, options: { container: {type:'string'}, timeout:{type:'string'}, predecessors:{type:'string'}, prepare:{type:'string'}, grace:{type:'string'}, target:{type:'string'}, staged:{type:'string'}, live:{type:'string'} } });
const docker = (...a) => { const r = spawnSync('docker', a, { encoding: 'utf8' }); return r; };
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const inspect = (id) => JSON.parse(docker('inspect', id).stdout)[0];
if (cmd === 'healthy') {
  const end = Date.now() + 1000 * o.timeout;
  for (;;) { const c = inspect(o.container); const h = c.State.Health?.Status; if (h === 'healthy') process.exit(0);
    if (c.Config.Healthcheck && c.State.Running) { const t = c.Config.Healthcheck.Test; const r = docker('exec', o.container, ...(t[0]==='CMD-SHELL'?['sh','-c',t[1]]:t.slice(1))); if (r.status===0) process.exit(0); }
    if (Date.now() > end || h === 'unhealthy') { console.log(docker('logs','--tail','20',o.container)); process.exit(1);} sleep(300); }
} else if (cmd === 'job') { for (;;) { const c = inspect(o.container); if (!c.State.Running && c.State.FinishedAt[0] !== '0') { if (c.State.ExitCode) { const l = docker('logs','--tail','30',o.container); console.log(l.stdout, l.stderr); docker('rename', o.container, c.Name.slice(1)+'-failed-'+c.Id.slice(0,6)); } process.exit(c.State.ExitCode ? 1 : 0);} sleep(150);} }
else if (cmd === 'handover') { const ids = docker('ps','-q','--filter','label='+o.predecessors).stdout.split('\n').filter(Boolean); if (ids.length) docker('stop','-t',o.grace,...ids); }
else if (cmd === 'reload') { const [id] = docker('ps','-q','--filter','label='+o.target).stdout.split('\n').filter(Boolean);
  if (id) { const r = docker('exec', id, ...JSON.parse(process.env.GATE_EXEC)); console.log(r.stdout, r.stderr); if (r.status) process.exit(1); }
  docker('cp', o.container+':'+o.staged, '/tmp/dc-gate-x'); docker('cp', '/tmp/dc-gate-x', o.container+':'+o.live); }
