import { readFileSync } from 'node:fs';

const PAUSE = 500;
const SHELL = /^(?:sh|ash|bash|busybox|dash|ksh|zsh)$/;

/**
 * Calls back once when the Terraform that runs this step has ended before it: it was killed, and does not get the result
 * of the step. It works where /proc lists processes, and elsewhere if no shell runs between both.
 */
export function whenTerraformEnds(callback: () => void): void {
  const before = parents();
  const timer = setInterval(() => {
    if (parents() === before) return;
    clearInterval(timer);
    callback();
  }, PAUSE);
  timer.unref();
}

/** Returns our parent, and its parent if it is a shell. */
function parents() {
  const parent = statOf(process.ppid);
  return parent !== undefined && SHELL.test(parent.name) ? `${process.ppid} ${parent.ppid}` : `${process.ppid}`;
}

function statOf(pid: number) {
  try {
    const [, name = '', ppid = ''] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, ppid };
  } catch {
    return undefined;
  }
}
