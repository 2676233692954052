/** The topic that is kept for ever: what was done on the bus itself. */
export const activityTopic = 'lienthong.activity'
