/** Test help: a member whose host dies soon after it is ready. */
import { threadModules } from './host-threads.ts';
import { runMember } from './run-member.ts';

runMember({ ...threadModules(), host: new URL('./mortal-host.fixture.ts', import.meta.url) });
