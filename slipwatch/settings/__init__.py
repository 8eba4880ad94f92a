"""What a PMO configures: loaded once, checked as a whole, frozen. Every mistake is named with file, line and cure."""

from slipwatch.settings.configuration import FILES, Settings
from slipwatch.settings.loading import holds_configuration, load_settings
from slipwatch.settings.problems import Problem, SettingsError, explain, suggest
from slipwatch.settings.rules import verify_rules
from slipwatch.settings.schemas import write_schemas
from slipwatch.settings.secrets import resolve_secret

__all__ = [
    "FILES",
    "Problem",
    "Settings",
    "SettingsError",
    "explain",
    "holds_configuration",
    "load_settings",
    "resolve_secret",
    "suggest",
    "verify_rules",
    "write_schemas",
]
