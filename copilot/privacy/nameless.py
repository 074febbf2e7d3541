"""Capitalised English words that are no part of a person's name, and family names in pinyin."""

_THINGS = (
    # what a shop has, and what its people speak of
    "account accounts address agency agent ads analysis app bag banner batch board boutique box brand branch budget "
    "campaign card cards care case category center centre channel channels chat check checkout city club code "
    "collection commerce company conversion copy counter coupon coupons cream crm customer customers data day deal "
    "deals delivery department desk discount district draft email emails essence event events export express file "
    "finance form goal group guide hotline house id inbox invoice item items journey kit label launch lead leads "
    "level line link lipstick list loyalty lounge mail mailbox mall manager market marketing mask member members "
    "membership message messages metrics mini model news newsletter note number offer office officer oil operations "
    "order orders outlet owner package page parcel park payment perfume phone plan platform points policy portal "
    "preview price privacy product products program programme promo promotion purchase push quarter query queue "
    "refill refund region report reports return returns revenue review reward rewards route sale sales segment "
    "segments sender serum service services set shampoo shipping shop shopper shoppers site size sms spend staff "
    "stage state station stock store stores street subject subscriber subscribers summary support survey table tag "
    "team template terms test text ticket tier tiers tone toner tower trial unit update user users value version "
    "voice voucher vouchers warehouse wave website week weekend wholesale winback year zone eleven festival holiday "
    "friday monday tuesday wednesday thursday saturday sunday lotion soap candle tea coffee shoes dress shirt jacket "
    "coat jeans hoodie sneakers concern kong francisco angeles snack snacks cookies sunscreen cleanser moisturizer "
    "moisturiser foundation ampoule"
)
_PLAIN = (
    # words that a sentence begins with, and what is said to somebody
    "a add after all also an and any are as ask at be before both but by call can cc check complaint contact could "
    "create dear delete did do does draft each either email export find follow for from get give good greet happy has "
    "have hello help her here hey hi his how i if in is it its let list look mail make may me message mobile morning "
    "mr mrs ms miss my new next no not now of off ok old on one only or our out over please phone ping remind remove "
    "reply resend see send she shall ship should show so sorry stop tel tell text thank thanks that the their them "
    "then there they this those to today tomorrow try two two-factor up urgent use via wait was we what when where "
    "which whom who whose why will with would write yes yesterday you your sir madam about sms wechat whatsapp vip "
    # kinds, colours and times
    "active at-risk best big black blue bronze churned daily diamond digital direct dormant double early extra final "
    "first flagship flash free full gold golden green head high hot international large last late limited local loyal "
    "lower main medium mega mid monthly more most official online offline open own past platinum potential premium "
    "pro quarterly quick rainy red regular repeat sample second self-operated senior short silver single sleeping "
    "small smart special spring standard summer autumn fall winter super third top total upper value weekly white "
    "whole yearly january february march april june july august september october november december christmas chinese "
    "valentine valentine's mother's father's mothers fathers women's singles' teacher's lunar national "
    # places and shops on the web
    "north south east west northern southern eastern western central greater downtown asia europe america africa "
    "china britain england france germany japan korea singapore malaysia thailand australia canada india states "
    "united kingdom beijing shanghai guangzhou shenzhen hangzhou chengdu nanjing suzhou wuhan tianjin chongqing "
    "xiamen ningbo macau taiwan taipei tokyo osaka seoul london york los chicago boston seattle paris berlin madrid "
    "rome milan sydney melbourne dubai toronto vancouver tmall taobao douyin xiaohongshu jd pinduoduo meituan amazon "
    "shopify google facebook instagram tiktok youtube twitter slack excel csv"
)
THINGS = frozenset(_THINGS.split())
"""Things: capitalised words before one say what kind it is."""
PLAIN = frozenset(_PLAIN.split())
"""Words that a name may stand before or after, and does not hold."""
FAMILY_PINYIN = (
    "wang|zhang|liu|chen|yang|zhao|huang|zhou|wu|xu|zhu|hu|lin|guo|gao|luo|li|ma|zheng|liang|xie|tang|feng|deng|cao|peng|"
    "zeng|xiao|tian|dong|cai|jiang|yu|ye|cheng|wei|su|lu|shen|yao|xiong|qian|hou|meng|qiu|qin|ouyang"
)
"""Without those that are English words."""
FAMILY_OR_WORD = "he|sun|pan|fan|tan|ding|song|long|bai|fang|yin|shi|dai|han|du|jin|ren|yuan"
"""Those that are words too: a given name of two syllables tells."""
