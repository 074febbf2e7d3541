"""The relations that metrics are measured on: one row an order, a buyer, a member of a tier, a message, an event, …

Every relation has `day`, and all but campaigns and costs have `customer_id`; dimensions are added only
where asked for. Metrics in the catalogue name a relation and its columns, so the SQL of each idea is
written once, in the module of its topic.
"""

from tools.relations import campaigns, events, orders, people
from tools.relations.relation import Relation

RELATIONS: dict[str, Relation] = {
    **orders.RELATIONS, **people.RELATIONS, **campaigns.RELATIONS, **events.RELATIONS,
}  # fmt: skip

__all__ = ["RELATIONS", "Relation"]
