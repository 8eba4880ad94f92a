"""Carries facts from sources to people, without Prefect: collect, assess, notify, replay and the acts of the desk."""
