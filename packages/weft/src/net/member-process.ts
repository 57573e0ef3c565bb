/** The process that a launcher starts. */
import { runMember } from './run-member.ts';

runMember();
