"""What an exchange cost: by the person's own prices, else by a well-kept list of public ones.

`costs` decides which price holds; `listed` asks the list, the package genai-prices. An estimate either way:
no list knows a person's contract, and what is not known (discounts, tiers of service, what writing to the
prompt cache costs) counts as the standard price. A model that nobody knows has no cost.
"""
