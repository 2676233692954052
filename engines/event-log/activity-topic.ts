/** The topic that is kept for ever: what was done on the bus itself, for those who want to read along. */
export const activityTopic = 'lienthong.activity'
