import { WRONG_CLIENTS } from './backups';
import type { Backups } from './backups';

/**
 * Recovers the archive, or what a repository has of it, beside everything else, and asks the recovered database: which
 * marks it has, whose total is wrong, and how far both clients have counted.
 */
const RECOVER = `
import json, pathlib, shutil, sys, tempfile
from backup import archive, barman, configuration, repository, targets
from backup.processes import Deadline
from backup.recovery import Recovery
settings, deadline, target = configuration.load(), Deadline(280), targets.parse(sys.argv[1])
data, home = pathlib.Path("/spool/recovered"), pathlib.Path("/spool/proof")
data.mkdir(mode=0o700)
try:
    with tempfile.TemporaryDirectory() as directory:
        source = barman.Barman()
        if len(sys.argv) > 2:
            place = repository.named(sys.argv[2], settings)
            archive.fetch(place, place.newest(archive.ARCHIVE, deadline)["id"], home, target, deadline)
            source = barman.over_copy(home, directory)
        with Recovery(source, target, data, "postgres", deadline, {"fsync": "off"}) as server:
            ask = lambda sql: server.query(sql, deadline, "mnemolite").splitlines()
            print(json.dumps({
                "marks": ask("select name from public.mark order by at"),
                "wrong": ask("${WRONG_CLIENTS}"),
                "total": int(ask("select sum(n) from public.total")[0]),
            }))
finally:
    shutil.rmtree(data)
    shutil.rmtree(home, ignore_errors=True)
`;

export interface Recovered {
  readonly marks: readonly string[];
  readonly wrong: readonly string[];
  readonly total: number;
}

/** Recovers to a moment, from the archive or from what a repository has. */
export const recover = (backups: Backups, ...args: readonly string[]): Promise<Recovered> =>
  backups.python<Recovered>(RECOVER, args);
