import { defineJob } from '../platform/index.ts';

/** One attempt at one letter, if it is due. */
export const sendNotice = defineJob<{ accountId: string; noticeId: string }>('notices.send');
