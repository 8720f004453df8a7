"""Builds the graph: names, edges, nothing else."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.nodes.await_decision import await_decision
from agent.nodes.decide_action import decide_action
from agent.nodes.draft_reply import draft_reply
from agent.nodes.end_waiting import end_waiting
from agent.nodes.ground_signals import ground_signals
from agent.nodes.hand_to_person import hand_to_person
from agent.nodes.load_context import load_context
from agent.nodes.record_signals import record_signals
from agent.nodes.request_approval import request_approval
from agent.nodes.revise_draft import revise_draft
from agent.nodes.understand_reply import understand_reply
from agent.nodes.verify_draft import verify_draft
from agent.routing import after_decision, after_verification
from agent.runtime import Services
from agent.state import ReplyState, Update

_Node = Callable[[Services, ReplyState], Awaitable[Update]]
_NODES: dict[str, _Node] = {
    "load_context": load_context,
    "understand_reply": understand_reply,
    "ground_signals": ground_signals,
    "record_signals": record_signals,
    "decide_action": decide_action,
    "draft_reply": draft_reply,
    "verify_draft": verify_draft,
    "revise_draft": revise_draft,
    "request_approval": request_approval,
    "await_decision": await_decision,
    "hand_to_person": hand_to_person,
    "end_waiting": end_waiting,
}

Graph = CompiledStateGraph[Any, Any, Any, Any]


def build_graph(services: Services, checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """The fixed course of one reply: the model chooses words and fills schemas, not steps."""
    graph = StateGraph(ReplyState)
    for name, node in _NODES.items():
        graph.add_node(name, partial(node, services))
    graph.add_edge(START, "load_context")
    graph.add_edge("load_context", "understand_reply")
    graph.add_edge("understand_reply", "ground_signals")
    graph.add_edge("ground_signals", "record_signals")
    graph.add_edge("record_signals", "decide_action")
    graph.add_conditional_edges("decide_action", after_decision, ["draft_reply", "hand_to_person", "end_waiting"])
    graph.add_edge("draft_reply", "verify_draft")
    graph.add_conditional_edges(
        "verify_draft", after_verification, ["request_approval", "revise_draft", "hand_to_person"]
    )
    graph.add_edge("revise_draft", "verify_draft")
    graph.add_edge("request_approval", "await_decision")
    graph.add_edge("await_decision", END)
    graph.add_edge("hand_to_person", END)
    graph.add_edge("end_waiting", END)
    return graph.compile(checkpointer=checkpointer)
