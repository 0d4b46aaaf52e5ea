// Made by npm run gen:types. Do not edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "broadcasts": {
                  Row: {
                    "channel": string,"created_at": string,"id": string,"name": string,"organization_id": string,"sent_at": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "channel"?: string,"created_at"?: string,"id"?: string,"name": string,"organization_id": string,"sent_at"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "channel"?: string,"created_at"?: string,"id"?: string,"name"?: string,"organization_id"?: string,"sent_at"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "broadcasts_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"chatbot_runs": {
                  Row: {
                    "chatbot_id": string,"contact_id": string | null,"conversation_id": string | null,"created_at": string,"id": string,"organization_id": string,"status": string
                  }
                  ComputedFields: never
                  Insert: {
                    "chatbot_id": string,"contact_id"?: string | null,"conversation_id"?: string | null,"created_at"?: string,"id"?: string,"organization_id": string,"status"?: string
                  }
                  Update: {
                    "chatbot_id"?: string,"contact_id"?: string | null,"conversation_id"?: string | null,"created_at"?: string,"id"?: string,"organization_id"?: string,"status"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "chatbot_runs_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "runs_are_in_conversations_of_the_same_organization"
      columns: ["organization_id","conversation_id"]
isOneToOne: false
      referencedRelation: "conversations"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "runs_are_of_chatbots_of_the_same_organization"
      columns: ["organization_id","chatbot_id"]
isOneToOne: false
      referencedRelation: "chatbots"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "runs_are_with_contacts_of_the_same_organization"
      columns: ["organization_id","contact_id"]
isOneToOne: false
      referencedRelation: "contacts"
      referencedColumns: ["organization_id","id"]
    }
                  ]
                },"chatbots": {
                  Row: {
                    "created_at": string,"id": string,"name": string,"organization_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"name": string,"organization_id": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"name"?: string,"organization_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "chatbots_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"contacts": {
                  Row: {
                    "assigned_to": string | null,"company": string | null,"created_at": string,"email": string | null,"first_name": string,"id": string,"last_name": string | null,"lifecycle": string,"organization_id": string,"phone": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "assigned_to"?: string | null,"company"?: string | null,"created_at"?: string,"email"?: string | null,"first_name": string,"id"?: string,"last_name"?: string | null,"lifecycle"?: string,"organization_id": string,"phone"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "assigned_to"?: string | null,"company"?: string | null,"created_at"?: string,"email"?: string | null,"first_name"?: string,"id"?: string,"last_name"?: string | null,"lifecycle"?: string,"organization_id"?: string,"phone"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "contacts_are_assigned_to_members"
      columns: ["organization_id","assigned_to"]
isOneToOne: false
      referencedRelation: "organization_members"
      referencedColumns: ["organization_id","user_id"]
    },{
      foreignKeyName: "contacts_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"conversations": {
                  Row: {
                    "assigned_to": string | null,"channel": string,"contact_id": string | null,"created_at": string,"id": string,"organization_id": string,"status": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "assigned_to"?: string | null,"channel"?: string,"contact_id"?: string | null,"created_at"?: string,"id"?: string,"organization_id": string,"status"?: string,"updated_at"?: string
                  }
                  Update: {
                    "assigned_to"?: string | null,"channel"?: string,"contact_id"?: string | null,"created_at"?: string,"id"?: string,"organization_id"?: string,"status"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "conversations_are_assigned_to_members"
      columns: ["organization_id","assigned_to"]
isOneToOne: false
      referencedRelation: "organization_members"
      referencedColumns: ["organization_id","user_id"]
    },{
      foreignKeyName: "conversations_are_with_contacts_of_the_same_organization"
      columns: ["organization_id","contact_id"]
isOneToOne: false
      referencedRelation: "contacts"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "conversations_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"deals": {
                  Row: {
                    "assigned_to": string | null,"contact_id": string | null,"created_at": string,"currency": string,"id": string,"organization_id": string,"stage": string,"title": string,"updated_at": string,"value": number
                  }
                  ComputedFields: never
                  Insert: {
                    "assigned_to"?: string | null,"contact_id"?: string | null,"created_at"?: string,"currency"?: string,"id"?: string,"organization_id": string,"stage"?: string,"title": string,"updated_at"?: string,"value"?: number
                  }
                  Update: {
                    "assigned_to"?: string | null,"contact_id"?: string | null,"created_at"?: string,"currency"?: string,"id"?: string,"organization_id"?: string,"stage"?: string,"title"?: string,"updated_at"?: string,"value"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "deals_are_assigned_to_members"
      columns: ["organization_id","assigned_to"]
isOneToOne: false
      referencedRelation: "organization_members"
      referencedColumns: ["organization_id","user_id"]
    },{
      foreignKeyName: "deals_are_with_contacts_of_the_same_organization"
      columns: ["organization_id","contact_id"]
isOneToOne: false
      referencedRelation: "contacts"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "deals_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"insights": {
                  Row: {
                    "content": NonNullable<Json>,"conversation_id": string | null,"created_at": string,"id": string,"kind": string,"organization_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "content"?: NonNullable<Json>,"conversation_id"?: string | null,"created_at"?: string,"id"?: string,"kind": string,"organization_id": string
                  }
                  Update: {
                    "content"?: NonNullable<Json>,"conversation_id"?: string | null,"created_at"?: string,"id"?: string,"kind"?: string,"organization_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "insights_are_about_conversations_of_the_same_organization"
      columns: ["organization_id","conversation_id"]
isOneToOne: false
      referencedRelation: "conversations"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "insights_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"meetings": {
                  Row: {
                    "contact_id": string | null,"created_at": string,"id": string,"organization_id": string,"provider": string,"recording_status": string,"recording_url": string | null,"starts_at": string | null,"topic": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "contact_id"?: string | null,"created_at"?: string,"id"?: string,"organization_id": string,"provider"?: string,"recording_status"?: string,"recording_url"?: string | null,"starts_at"?: string | null,"topic": string,"updated_at"?: string
                  }
                  Update: {
                    "contact_id"?: string | null,"created_at"?: string,"id"?: string,"organization_id"?: string,"provider"?: string,"recording_status"?: string,"recording_url"?: string | null,"starts_at"?: string | null,"topic"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "meetings_are_with_contacts_of_the_same_organization"
      columns: ["organization_id","contact_id"]
isOneToOne: false
      referencedRelation: "contacts"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "meetings_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"messages": {
                  Row: {
                    "attachment_url": string | null,"broadcast_id": string | null,"contact_id": string | null,"content": string | null,"conversation_id": string | null,"created_at": string,"direction": string,"external_id": string | null,"id": string,"organization_id": string,"status": string,"type": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "attachment_url"?: string | null,"broadcast_id"?: string | null,"contact_id"?: string | null,"content"?: string | null,"conversation_id"?: string | null,"created_at"?: string,"direction": string,"external_id"?: string | null,"id"?: string,"organization_id": string,"status"?: string,"type"?: string,"updated_at"?: string
                  }
                  Update: {
                    "attachment_url"?: string | null,"broadcast_id"?: string | null,"contact_id"?: string | null,"content"?: string | null,"conversation_id"?: string | null,"created_at"?: string,"direction"?: string,"external_id"?: string | null,"id"?: string,"organization_id"?: string,"status"?: string,"type"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "messages_are_in_conversations_of_the_same_organization"
      columns: ["organization_id","conversation_id"]
isOneToOne: false
      referencedRelation: "conversations"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "messages_are_of_broadcasts_of_the_same_organization"
      columns: ["organization_id","broadcast_id"]
isOneToOne: false
      referencedRelation: "broadcasts"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "messages_are_with_contacts_of_the_same_organization"
      columns: ["organization_id","contact_id"]
isOneToOne: false
      referencedRelation: "contacts"
      referencedColumns: ["organization_id","id"]
    },{
      foreignKeyName: "messages_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"organization_members": {
                  Row: {
                    "created_at": string,"organization_id": string,"role": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"organization_id": string,"role": string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"organization_id"?: string,"role"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "organization_members_organization_id_fkey"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"organizations": {
                  Row: {
                    "created_at": string,"id": string,"name": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"name": string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"name"?: string
                  }
                  Relationships: [
                    
                  ]
                },"webhook_api_keys": {
                  Row: {
                    "created_at": string,"created_by": string | null,"expires_at": string | null,"id": string,"last_used_at": string | null,"name": string,"organization_id": string,"prefix": string,"revoked_at": string | null,"scopes": (string)[]
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by"?: string | null,"expires_at"?: string | null,"id"?: string,"last_used_at"?: string | null,"name": string,"organization_id": string,"prefix": string,"revoked_at"?: string | null,"scopes": (string)[]
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string | null,"expires_at"?: string | null,"id"?: string,"last_used_at"?: string | null,"name"?: string,"organization_id"?: string,"prefix"?: string,"revoked_at"?: string | null,"scopes"?: (string)[]
                  }
                  Relationships: [
                    {
      foreignKeyName: "an_api_key_belongs_to_an_organization"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"webhook_configurations": {
                  Row: {
                    "consecutive_failures": number,"created_at": string,"created_by": string | null,"description": string | null,"disabled_at": string | null,"disabled_reason": string | null,"events": (string)[],"excluded_fields": (string)[] | null,"failing_since": string | null,"filter": unknown,"format": string,"header_names": (string)[],"headers_changed_at": string | null,"id": string,"included_fields": (string)[] | null,"is_active": boolean,"max_concurrency": number | null,"name": string,"ordered": boolean,"organization_id": string,"payload": string,"rate_limit": number | null,"retry_policy": string,"revision": number,"secret_hint": string | null,"shape_id": number | null,"timeout_ms": number,"transformation": string | null,"updated_at": string,"url": string
                  }
                  ComputedFields: never
                  Insert: {
                    "consecutive_failures"?: number,"created_at"?: string,"created_by"?: string | null,"description"?: string | null,"disabled_at"?: string | null,"disabled_reason"?: string | null,"events": (string)[],"excluded_fields"?: (string)[] | null,"failing_since"?: string | null,"filter"?: unknown,"format"?: string,"header_names"?: (string)[],"headers_changed_at"?: string | null,"id"?: string,"included_fields"?: (string)[] | null,"is_active"?: boolean,"max_concurrency"?: number | null,"name": string,"ordered"?: boolean,"organization_id": string,"payload"?: string,"rate_limit"?: number | null,"retry_policy"?: string,"revision"?: number,"secret_hint"?: string | null,"shape_id"?: number | null,"timeout_ms"?: number,"transformation"?: string | null,"updated_at"?: string,"url": string
                  }
                  Update: {
                    "consecutive_failures"?: number,"created_at"?: string,"created_by"?: string | null,"description"?: string | null,"disabled_at"?: string | null,"disabled_reason"?: string | null,"events"?: (string)[],"excluded_fields"?: (string)[] | null,"failing_since"?: string | null,"filter"?: unknown,"format"?: string,"header_names"?: (string)[],"headers_changed_at"?: string | null,"id"?: string,"included_fields"?: (string)[] | null,"is_active"?: boolean,"max_concurrency"?: number | null,"name"?: string,"ordered"?: boolean,"organization_id"?: string,"payload"?: string,"rate_limit"?: number | null,"retry_policy"?: string,"revision"?: number,"secret_hint"?: string | null,"shape_id"?: number | null,"timeout_ms"?: number,"transformation"?: string | null,"updated_at"?: string,"url"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "a_webhook_belongs_to_an_organization"
      columns: ["organization_id"]
isOneToOne: false
      referencedRelation: "organizations"
      referencedColumns: ["id"]
    }
                  ]
                },"webhook_event_type_versions": {
                  Row: {
                    "name": string,"sample": NonNullable<Json>,"schema": NonNullable<Json>,"since": string,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "name": string,"sample": NonNullable<Json>,"schema": NonNullable<Json>,"since"?: string,"version": number
                  }
                  Update: {
                    "name"?: string,"sample"?: NonNullable<Json>,"schema"?: NonNullable<Json>,"since"?: string,"version"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "webhook_event_type_versions_name_fkey"
      columns: ["name"]
isOneToOne: false
      referencedRelation: "webhook_event_types"
      referencedColumns: ["name"]
    }
                  ]
                },"webhook_event_types": {
                  Row: {
                    "category": string,"created_at": string,"description": string,"direction": string,"name": string,"sample": NonNullable<Json>,"schema": NonNullable<Json>,"source": string,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "category": string,"created_at"?: string,"description": string,"direction": string,"name": string,"sample"?: NonNullable<Json>,"schema"?: NonNullable<Json>,"source"?: string,"version"?: number
                  }
                  Update: {
                    "category"?: string,"created_at"?: string,"description"?: string,"direction"?: string,"name"?: string,"sample"?: NonNullable<Json>,"schema"?: NonNullable<Json>,"source"?: string,"version"?: number
                  }
                  Relationships: [
                    
                  ]
                },"webhook_logs": {
                  Row: {
                    "attempt": number,"created_at": string,"delivery_id": string,"duration_ms": number,"error_code": string | null,"error_detail": string | null,"event_id": string,"event_type": string,"id": string,"is_test": boolean,"organization_id": string,"response_body": string | null,"response_bytes": number,"response_headers": Json | null,"status_code": number | null,"superseded": boolean,"webhook_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "attempt": number,"created_at"?: string,"delivery_id": string,"duration_ms": number,"error_code"?: string | null,"error_detail"?: string | null,"event_id": string,"event_type": string,"id"?: string,"is_test"?: boolean,"organization_id": string,"response_body"?: string | null,"response_bytes"?: number,"response_headers"?: Json | null,"status_code"?: number | null,"superseded"?: boolean,"webhook_id": string
                  }
                  Update: {
                    "attempt"?: number,"created_at"?: string,"delivery_id"?: string,"duration_ms"?: number,"error_code"?: string | null,"error_detail"?: string | null,"event_id"?: string,"event_type"?: string,"id"?: string,"is_test"?: boolean,"organization_id"?: string,"response_body"?: string | null,"response_bytes"?: number,"response_headers"?: Json | null,"status_code"?: number | null,"superseded"?: boolean,"webhook_id"?: string
                  }
                  Relationships: [
                    
                  ]
                }
          }
          Views: {
            "webhook_deliveries": {
                  Row: {
                    "attempt_count": number,"created_at": string,"event_id": string,"event_type": string,"finished_at": string | null,"id": string,"is_test": boolean,"last_attempt_at": string | null,"last_duration_ms": number | null,"last_error_code": string | null,"last_status_code": number | null,"next_attempt_at": string | null,"organization_id": string,"replay_id": string | null,"resent_at": string | null,"state": string,"webhook_id": string
                  }
                  ComputedFields: never
                  Insert: {
                           "attempt_count"?: number | null,"created_at"?: string | null,"event_id"?: string | null,"event_type"?: string | null,"finished_at"?: string | null,"id"?: string | null,"is_test"?: boolean | null,"last_attempt_at"?: string | null,"last_duration_ms"?: number | null,"last_error_code"?: string | null,"last_status_code"?: number | null,"next_attempt_at"?: never,"organization_id"?: string | null,"replay_id"?: string | null,"resent_at"?: string | null,"state"?: string | null,"webhook_id"?: string | null
                         }
                        Update: {
                           "attempt_count"?: number | null,"created_at"?: string | null,"event_id"?: string | null,"event_type"?: string | null,"finished_at"?: string | null,"id"?: string | null,"is_test"?: boolean | null,"last_attempt_at"?: string | null,"last_duration_ms"?: number | null,"last_error_code"?: string | null,"last_status_code"?: number | null,"next_attempt_at"?: never,"organization_id"?: string | null,"replay_id"?: string | null,"resent_at"?: string | null,"state"?: string | null,"webhook_id"?: string | null
                         }
                        Relationships: [
                    
                  ]
                }
          }
          Functions: {
            "publish_event":
{ Args: { "data": Json,"organization_id": string,"type": string }; Returns: string
                           },
"webhook_api_key_revoke":
{ Args: { "key_id": string }; Returns: undefined
                           },
"webhook_cancel":
{ Args: { "delivery_ids": (string)[],"webhook_id": string }; Returns: Json
                           },
"webhook_capabilities":
{ Args: { "organization_id": string }; Returns: Json
                           },
"webhook_delivery":
{ Args: { "delivery_id": string }; Returns: Json
                           },
"webhook_delivery_page":
{ Args: { "answers"?: (string)[],"before_created_at"?: string,"before_id"?: string,"event_types"?: (string)[],"from_at"?: string,"page_size"?: number,"search"?: string,"states"?: (string)[],"tests"?: boolean,"to_at"?: string,"webhook_id": string }; Returns: Json
                           },
"webhook_inbox_clear":
{ Args: { "inbox_id": string }; Returns: undefined
                           },
"webhook_inbox_delete":
{ Args: { "inbox_id": string }; Returns: undefined
                           },
"webhook_inbox_open":
{ Args: { "organization_id": string }; Returns: Json
                           },
"webhook_inbox_requests":
{ Args: { "after"?: string,"inbox_id": string }; Returns: Json
                           },
"webhook_inbox_set":
{ Args: { "answer_body"?: string,"answer_delay_ms"?: number,"answer_status"?: number,"inbox_id": string }; Returns: Json
                           },
"webhook_inboxes":
{ Args: { "organization_id": string }; Returns: Json
                           },
"webhook_last_change":
{ Args: { "webhook_id": string }; Returns: Json
                           },
"webhook_limits":
{ Args: { "organization_id": string }; Returns: Json
                           },
"webhook_list":
{ Args: { "at"?: string,"organization_id": string }; Returns: Json
                           },
"webhook_organization":
{ Args: { "key": string }; Returns: string
                           },
"webhook_organizations":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"webhook_overview":
{ Args: { "at"?: string,"range"?: string,"webhook_id": string }; Returns: Json
                           },
"webhook_replay":
{ Args: { "dry_run"?: boolean,"event_types"?: (string)[],"from_at": string,"states"?: (string)[],"to_at"?: string,"webhook_id": string }; Returns: Json
                           },
"webhook_replay_stop":
{ Args: { "replay_id": string }; Returns: Json
                           },
"webhook_replays":
{ Args: { "webhook_id": string }; Returns: Json
                           },
"webhook_resend":
{ Args: { "delivery_ids": (string)[],"include_delivered"?: boolean,"webhook_id": string }; Returns: Json
                           },
"webhook_secret_state":
{ Args: { "at"?: string,"webhook_id": string }; Returns: Json
                           }
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            
          }
        }
} as const
