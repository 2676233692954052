/** The topic of acts and delivery steps. Kept for ever. */
export const activityTopic = 'lienthong.activity'
