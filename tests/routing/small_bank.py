"""A catalogue of three intents, small enough to be learned within a test."""

BANK = """
agent: bank
intents:
  - name: lost_card
    label: {en: Lost card, zh: 卡丢了}
    description: {en: The card was lost or stolen., zh: 银行卡丢失或被盗。}
    examples:
      en: [I lost my card, my card was stolen, card is gone, I cannot find my bank card, block my stolen card]
      zh: [我的卡丢了, 银行卡被偷了, 卡不见了, 找不到我的银行卡, 挂失]
  - name: balance
    label: {en: Balance, zh: 余额}
    description: {en: Wants to know the balance., zh: 想知道余额。}
    examples:
      en: [what is my balance, how much money is in my account, show my balance, account balance, am I overdrawn]
      zh: [我的余额是多少, 账户里有多少钱, 查余额, 看一下余额, 我透支了吗]
  - name: loan
    label: {en: Loan, zh: 贷款}
    description: {en: Asks about loans., zh: 咨询贷款。}
    examples:
      en: [I need a loan, what are your mortgage rates, can I borrow money, apply for credit, loan for a house]
      zh: [我要贷款, 房贷利率多少, 能借钱吗, 申请信贷, 买房贷款]
out_of_scope:
  en: [tell me a joke, what is the weather, who won the match]
  zh: [讲个笑话, 天气怎么样, 谁赢了比赛]
"""
