"""Durable work: queue, render children, webhooks, retention."""
